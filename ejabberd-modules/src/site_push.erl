%%% Changes of friendships while people are online: in the sets of all nodes first, so
%%% that the filter is right at once, then by roster push and presence to the clients.
%%% The component sends them:
%%%
%%%   <iq type='set' id='1' from='site.DOMAIN' to='DOMAIN'>
%%%     <push xmlns='urn:im-bridge:site:0' user='alice'>
%%%       <add jid='bob@DOMAIN' name='Bob'><group>School</group></add>
%%%       <remove jid='carol@DOMAIN'/>
%%%       <refresh/>                       (asks the component for the whole list)
%%%     </push>
%%%   </iq>
%%%
%%% and is answered when the sets are changed. Each of the two friends needs a push.
-module(site_push).

%% API
-export([add_friend/3, remove_friend/3, refresh/2, recovered/2]).
%% IQ handler
-export([process_iq/1, decode_iq_subel/1]).
%% Remote calls
-export([announce/3]).

-include_lib("xmpp/include/xmpp.hrl").

-type user() :: {binary(), binary()}.
-type friend() :: site_component:friend().

%%% API

-spec add_friend(binary(), binary(), friend()) -> ok.
add_friend(User, Host, Friend) ->
    everywhere(User, Host, {add, Friend}).

-spec remove_friend(binary(), binary(), user()) -> ok.
remove_friend(User, Host, Peer) ->
    everywhere(User, Host, {remove, Peer}).

%% Asks the component for the user's friends. `error`: it did not answer; nothing changed.
-spec refresh(binary(), binary()) -> ok | error.
refresh(User, Host) ->
    case site_component:friends(User, Host) of
        {ok, Friends} -> everywhere(User, Host, {replace, Friends});
        error -> error
    end.

%% The friends of somebody who logged in without: pushed now, and asked for their presence.
-spec recovered(user(), [friend()]) -> ok.
recovered({User, Host} = US, Friends) ->
    spawn(fun() ->
                  announce(US, [], Friends),
                  [ejabberd_router:route(#presence{type = probe,
                                                   from = jid:make(User, Host, Resource),
                                                   to = address(Friend)})
                   || {_, Resource} <- ejabberd_sm:get_user_present_resources(User, Host),
                      Friend <- Friends]
          end),
    ok.

%%% IQ handler

%% Ours is not in the codec of ejabberd, which would refuse it.
-spec decode_iq_subel(xmpp_element() | xmlel()) -> xmpp_element() | xmlel().
decode_iq_subel(El) ->
    El.

%% Runs in the component's own process, so the work goes to another: a pull would wait
%% for an answer that this process has to take.
-spec process_iq(iq()) -> iq() | ignore.
process_iq(#iq{type = set, to = #jid{lserver = Host}, from = #jid{luser = <<>>, lserver = From},
               sub_els = [#xmlel{name = <<"push">>} = Push]} = IQ) ->
    case From =:= site_component:address(Host) of
        true ->
            spawn(fun() -> ejabberd_router:route(answer(IQ, push(Push, Host))) end),
            ignore;
        false ->
            xmpp:make_error(IQ, xmpp:err_forbidden())
    end;
process_iq(IQ) ->
    xmpp:make_error(IQ, xmpp:err_forbidden()).

answer(IQ, ok) -> xmpp:make_iq_result(IQ);
answer(IQ, error) -> xmpp:make_error(IQ, xmpp:err_resource_constraint());
answer(IQ, bad_request) -> xmpp:make_error(IQ, xmpp:err_bad_request()).

push(#xmlel{children = Children} = Push, Host) ->
    case jid:nodeprep(fxml:get_tag_attr_s(<<"user">>, Push)) of
        User when User =/= error, User =/= <<>> ->
            Results = [change(User, Host, El) || #xmlel{} = El <- Children],
            lists:foldl(fun(ok, Worst) -> Worst; (Fault, _) -> Fault end, ok, Results);
        _ ->
            bad_request
    end.

change(User, Host, #xmlel{name = <<"refresh">>}) ->
    refresh(User, Host);
change(User, Host, #xmlel{name = <<"add">>} = El) ->
    with_peer(El, fun(Peer) -> add_friend(User, Host, {Peer, name(El), groups(El)}) end);
change(User, Host, #xmlel{name = <<"remove">>} = El) ->
    with_peer(El, fun(Peer) -> remove_friend(User, Host, Peer) end);
change(_User, _Host, _El) ->
    bad_request.

with_peer(El, Fun) ->
    try jid:decode(fxml:get_tag_attr_s(<<"jid">>, El)) of
        #jid{luser = User, lserver = Server} when User =/= <<>> -> Fun({User, Server});
        _ -> bad_request
    catch
        error:{bad_jid, _} -> bad_request
    end.

name(El) ->
    fxml:get_tag_attr_s(<<"name">>, El).

groups(#xmlel{children = Children}) ->
    [fxml:get_tag_cdata(Group) || #xmlel{name = <<"group">>} = Group <- Children].

%%% Internal functions

%% Each node answers what its clients had seen; they are told once, by a node that has the set.
everywhere(User, Host, Change) ->
    {Answers, _Gone} = ejabberd_cluster:multicall(site_friends, change, [User, Host, Change]),
    Seen = lists:usort([{Old, New} || {changed, Old, New} <- Answers]),
    lists:foreach(fun({Old, New}) -> announce_where_held(User, Host, Old, New) end, Seen).

announce_where_held(User, Host, Old, New) ->
    case ejabberd_sm:get_session_sids(User, Host) of
        [{_, Pid} | _] -> rpc:cast(node(Pid), ?MODULE, announce, [{User, Host}, Old, New]);
        [] -> ok
    end.

%% Roster push to each client of the user, presence or `unavailable` to each friend.
-spec announce(user(), [friend()], [friend()]) -> ok.
announce({User, Host}, Old, New) ->
    To = jid:make(User, Host),
    [mod_roster:push_item(To, item(Friend, both), item(Friend, remove))
     || {Peer, _, _} = Friend <- Old, not lists:keymember(Peer, 1, New)],
    [mod_roster:push_item(To, item(Friend, before(Peer, Old)), item(Friend, both))
     || {Peer, _, _} = Friend <- New, not lists:member(Friend, Old)],
    ok.

before(Peer, Old) ->
    case lists:keymember(Peer, 1, Old) of
        true -> both;
        false -> none
    end.

item(Friend, remove) ->
    #roster_item{jid = address(Friend), subscription = remove};
item({_, Name, Groups} = Friend, Subscription) ->
    #roster_item{jid = address(Friend), name = Name, groups = Groups, subscription = Subscription}.

address({{User, Host}, _Name, _Groups}) ->
    jid:make(User, Host).
