%%% What the site's component says while people are online:
%%%
%%%   <iq type='set' id='1' from='site.DOMAIN' to='DOMAIN'>
%%%     <push xmlns='urn:im-bridge:site:0' user='alice'>
%%%       <refresh/>                       asks the component for her whole list
%%%       <remove jid='bob@DOMAIN'/>       bob is no friend of hers any more
%%%       <renamed name='Alicia'>          what these see in their rosters
%%%         <friend jid='carol@DOMAIN'/>
%%%       </renamed>
%%%       <gone/>                          no account any more: on nobody's list, streams end
%%%       <traced until='1764115200'/>     an operator traces her until then, in Unix seconds; 0: no more
%%%       <signed-out/>                    streams end; who has a password may come back
%%%     </push>
%%%   </iq>
%%%
%%% It is answered when all nodes have done it. Each may be said again: what is so already is
%%% not told to anybody. Both of two friends need a push.
-module(site_push).

%% IQ handler
-export([process_iq/1, decode_iq_subel/1]).

-include_lib("xmpp/include/xmpp.hrl").

-type result() :: ok | error | bad_request.

%% Ours is not in the codec of ejabberd, which would refuse it.
-spec decode_iq_subel(xmpp_element() | xmlel()) -> xmpp_element() | xmlel().
decode_iq_subel(El) ->
    El.

%% Runs in the process of the component's link, so the work goes to another: a pull would
%% wait for an answer that this process has to take. The answer goes out on this very link,
%% as the router would give it to any of the component's instances.
-spec process_iq(iq()) -> iq() | ignore.
process_iq(#iq{type = set, to = #jid{lserver = Host}, from = #jid{luser = <<>>, lserver = From},
               sub_els = [#xmlel{name = <<"push">>} = Push]} = IQ) ->
    Link = self(),
    case From =:= site_component:address(Host) of
        true ->
            spawn(fun() -> Link ! {route, answer(IQ, push(Push, Host))} end),
            ignore;
        false ->
            xmpp:make_error(IQ, xmpp:err_forbidden())
    end;
process_iq(IQ) ->
    xmpp:make_error(IQ, xmpp:err_forbidden()).

-spec answer(iq(), result()) -> iq().
answer(IQ, ok) -> xmpp:make_iq_result(IQ);
answer(IQ, error) -> xmpp:make_error(IQ, xmpp:err_resource_constraint());
answer(IQ, bad_request) -> xmpp:make_error(IQ, xmpp:err_bad_request()).

push(#xmlel{children = Children} = Push, Host) ->
    case jid:nodeprep(fxml:get_tag_attr_s(<<"user">>, Push)) of
        User when User =/= error, User =/= <<>> ->
            worst([change(User, Host, El) || #xmlel{} = El <- Children]);
        _ ->
            bad_request
    end.

-spec change(binary(), binary(), xmlel()) -> result().
change(User, Host, #xmlel{name = <<"refresh">>}) ->
    site_changes:refresh(User, Host);
change(User, Host, #xmlel{name = <<"remove">>} = El) ->
    with_account(El, fun(Friend) -> site_changes:remove_friend(User, Host, Friend) end);
change(User, Host, #xmlel{name = <<"renamed">>, children = Friends} = El) ->
    Name = fxml:get_tag_attr_s(<<"name">>, El),
    Rename = fun({Friend, FriendHost}) -> site_changes:rename_friend(Friend, FriendHost, {User, Host}, Name) end,
    worst([with_account(Friend, Rename) || #xmlel{} = Friend <- Friends]);
change(User, Host, #xmlel{name = <<"gone">>}) ->
    site_changes:gone(User, Host);
change(User, Host, #xmlel{name = <<"traced">>} = El) ->
    case string:to_integer(fxml:get_tag_attr_s(<<"until">>, El)) of
        {Until, <<>>} when is_integer(Until) -> site_traces:set(User, Host, Until);
        _ -> bad_request
    end;
change(User, Host, #xmlel{name = <<"signed-out">>}) ->
    site_changes:end_streams(User, Host, signed_out);
change(_User, _Host, _El) ->
    bad_request.

with_account(El, Fun) ->
    try jid:decode(fxml:get_tag_attr_s(<<"jid">>, El)) of
        #jid{luser = User, lserver = Server} when User =/= <<>> -> Fun({User, Server});
        _ -> bad_request
    catch
        error:{bad_jid, _} -> bad_request
    end.

worst(Results) ->
    lists:foldl(fun(ok, Worst) -> Worst; (Fault, _) -> Fault end, ok, Results).
