%%% Changes of friendships and accounts while people are online: in the sets of all nodes
%%% first, so that the filter is right at once, then by roster push and presence to clients.
-module(site_changes).

%% API
-export([refresh/2, remove_friend/3, rename_friend/4, gone/2, end_streams/3, recovered/2]).
%% Hook handler
-export([c2s_handle_info/2]).

-include_lib("xmpp/include/xmpp.hrl").

%% Longer than a node may take (8 s, in site_friends): what it did later nobody would be told.
%% The component waits for 10 s.
-define(WAIT, 9000).

-type user() :: {binary(), binary()}.
-type friend() :: site_component:friend().
%% `error`: a node did not answer, or the component did not, and nothing changed there.
-type result() :: ok | error.

%%% API

%% Asks the component for the user's friends, when the user is online.
-spec refresh(binary(), binary()) -> result().
refresh(User, Host) ->
    while_online(User, Host, fun() -> everywhere(User, Host, refresh) end).

-spec remove_friend(binary(), binary(), user()) -> result().
remove_friend(User, Host, Friend) ->
    while_online(User, Host, fun() -> everywhere(User, Host, {remove, Friend}) end).

%% A friend who is not in the set, as one who was suspended, brings the whole list.
-spec rename_friend(binary(), binary(), user(), binary()) -> result().
rename_friend(User, Host, Friend, Name) ->
    while_online(User, Host, fun() -> everywhere(User, Host, {rename, Friend, Name}) end).

%% No account any more: nothing passes, neither way, before anybody is told.
-spec gone(binary(), binary()) -> result().
gone(User, Host) ->
    Own = change_everywhere(change, [User, Host, {replace, []}]),
    Others = change_everywhere(forget, [User, Host]),
    announce_all(User, Host, Own),
    Result = announce_all(User, Host, Others),
    end_streams(User, Host, gone),
    result(Own, Result).

%% Also the detached ones (XEP-0198), so that nobody resumes them.
-spec end_streams(binary(), binary(), gone | signed_out) -> ok.
end_streams(User, Host, Reason) ->
    [ejabberd_c2s:route(Pid, {site_end, Reason}) || {_, Pid} <- ejabberd_sm:get_session_sids(User, Host)],
    ok.

%% The friends of somebody who logged in without: pushed now, and asked for their presence.
-spec recovered(user(), [friend()]) -> ok.
recovered({User, Host} = US, Friends) ->
    spawn(fun() ->
                  site_announcer:announce(US, [], Friends),
                  [ejabberd_router:route(#presence{type = probe,
                                                   from = jid:make(User, Host, Resource),
                                                   to = jid:make(Friend, FriendHost)})
                   || {_, Resource} <- ejabberd_sm:get_user_present_resources(User, Host),
                      {{Friend, FriendHost}, _, _} <- Friends]
          end),
    ok.

%%% Hook handler

%% RFC 6120, section 4.9.3: `reset` asks for authentication anew.
-spec c2s_handle_info(ejabberd_c2s:state(), term()) -> ejabberd_c2s:state() | {stop, ejabberd_c2s:state()}.
c2s_handle_info(#{lang := Lang} = State, {site_end, gone}) ->
    {stop, ejabberd_c2s:send(State, xmpp:serr_not_authorized(<<"The account is gone">>, Lang))};
c2s_handle_info(#{lang := Lang} = State, {site_end, signed_out}) ->
    {stop, ejabberd_c2s:send(State, xmpp:serr_reset(<<"Signed out on the web site">>, Lang))};
c2s_handle_info(State, _Info) ->
    State.

%%% Internal functions

%% Nobody holds the friends of who is not online, and most changes are of such.
while_online(User, Host, Fun) ->
    case ejabberd_sm:get_user_resources(User, Host) of
        [] -> ok;
        _ -> Fun()
    end.

everywhere(User, Host, Change) ->
    announce_all(User, Host, change_everywhere(change, [User, Host, Change])).

%% Of each node its answer; one that gives none may still have the old set.
change_everywhere(Function, Args) ->
    {Answers, Silent} = ejabberd_cluster:multicall(ejabberd_cluster:get_nodes(), site_friends, Function, Args, ?WAIT),
    lists:append([[error || _ <- Silent] | [listed(Answer) || Answer <- Answers]]).

listed(Answers) when is_list(Answers) -> Answers;
listed({badrpc, _}) -> [error];
listed(Answer) -> [Answer].

%% Each node answers what its clients had seen; they are told once, by a node that has the set.
announce_all(_User, _Host, Answers) ->
    Seen = lists:usort([Change || {changed, _, _, _} = Change <- Answers]),
    lists:foreach(fun({changed, US, Old, New}) -> announce_where_held(US, Old, New) end, Seen),
    result(Answers, ok).

result(Answers, Otherwise) ->
    case lists:member(error, Answers) of
        true -> error;
        false -> Otherwise
    end.

announce_where_held({User, Host} = US, Old, New) ->
    case ejabberd_sm:get_session_sids(User, Host) of
        [{_, Pid} | _] -> rpc:call(node(Pid), site_announcer, announce, [US, Old, New]);
        [] -> ok
    end.
