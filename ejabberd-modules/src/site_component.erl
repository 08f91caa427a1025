%%% Questions to the site's XMPP component. The answer is the site's: nothing is
%%% decided here. Without an answer there is an error, never an empty list.
-module(site_component).

-export([address/1, friends/2, trace/2]).

-export_type([friend/0]).

-include_lib("xmpp/include/xmpp.hrl").

%% The component's own look-ups end after 2.5 s with an answer; this is for one that hangs.
-define(DEADLINE, 3000).
%% ejabberd_iq reports the deadline itself, a little late.
-define(SLACK, 500).
-define(NS_SITE, <<"urn:im-bridge:site:0">>).

-type friend() :: {{binary(), binary()}, Name :: binary(), Groups :: [binary()]}.

%% Where the component of a host is connected.
-spec address(binary()) -> binary().
address(Host) ->
    gen_mod:get_module_opt(Host, mod_filter_site, component).

%% `gone`: the site has no such account. Blocks for the deadline at most. Never to be called by the component's own
%% process: it could not take its own answer.
-spec friends(binary(), binary()) -> {ok, [friend()]} | gone | error.
friends(User, Host) ->
    case ask(get, jid:make(User, Host), Host, #roster_query{}) of
        error -> error;
        Answer -> read(Answer, {User, Host})
    end.

%% What an operator asks about traces (site_trace_commands): lines for them.
-spec trace(binary(), [{binary(), binary()}]) -> {done | refused, [binary()]} | error.
trace(Host, Attrs) ->
    Question = #xmlel{name = <<"trace">>, attrs = [{<<"xmlns">>, ?NS_SITE} | Attrs]},
    case ask(set, jid:make(Host), Host, Question) of
        #iq{type = result, sub_els = [#xmlel{name = <<"trace">>, children = Els} = Said]} ->
            Lines = [fxml:get_tag_cdata(El) || #xmlel{name = <<"line">>} = El <- Els],
            case fxml:get_tag_attr_s(<<"done">>, Said) of
                <<"true">> -> {done, Lines};
                _ -> {refused, Lines}
            end;
        _ ->
            error
    end.

%%% Internal functions

ask(Type, From, Host, Payload) ->
    Component = address(Host),
    %% A domain without a route would go out to other servers and DNS.
    case ejabberd_router:is_my_route(Component) of
        true -> route(#iq{type = Type, from = From, to = jid:make(Component), sub_els = [Payload]});
        false -> error
    end.

route(Question) ->
    Ref = make_ref(),
    ejabberd_router:route_iq(Question, Ref, self(), ?DEADLINE),
    receive
        {iq_reply, Answer, Ref} -> Answer
    after ?DEADLINE + ?SLACK -> error
    end.

read(#iq{type = result} = Answer, Self) ->
    try xmpp:try_subtag(Answer, #roster_query{}) of
        #roster_query{items = Items} ->
            {ok, [Friend || {Peer, _, _} = Friend <- lists:filtermap(fun friend/1, Items),
                            Peer =/= Self]};
        false ->
            error
    catch
        error:{xmpp_codec, _} -> error
    end;
%% The site has no such account.
read(#iq{type = error} = Answer, _Self) ->
    case xmpp:get_error(Answer) of
        #stanza_error{reason = 'item-not-found'} -> gone;
        _ -> error
    end;
read(timeout, _Self) ->
    error.

friend(#roster_item{subscription = both, name = Name, groups = Groups,
                    jid = #jid{luser = User, lserver = Server}}) when User =/= <<>> ->
    {true, {{User, Server}, Name, Groups}};
friend(_Item) ->
    false.
