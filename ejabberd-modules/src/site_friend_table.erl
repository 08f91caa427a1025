%%% The table of site_friends: for each user `{User, loaded | failed}`, and for each of
%%% their friends `{{User and friend}, Name, Groups}`. The server writes, everybody reads.
-module(site_friend_table).

%% Reading
-export([state/2, friends/2, find/3]).
%% Writing, by the owner
-export([new/1, load/3, fail/2, change/3, drop/2]).

-export_type([user/0, change/0]).

-type user() :: {Name :: binary(), Host :: binary()}.
-type friend() :: site_component:friend().
-type change() :: {add, friend()} | {remove, user()} | {replace, [friend()]}.

%%% Reading. Without a table, while the server is being restarted, nothing is known.

-spec state(atom(), user()) -> loaded | failed | unknown.
state(Table, User) ->
    try ets:lookup_element(Table, User, 2)
    catch error:badarg -> unknown
    end.

%% The bound front of the key makes this a range, not a scan, in an ordered_set.
-spec friends(atom(), user()) -> [friend()].
friends(Table, {User, Host}) ->
    try ets:match(Table, {{User, Host, '$1', '$2'}, '$3', '$4'}) of
        Rows -> [{{Peer, PeerHost}, Name, Groups} || [Peer, PeerHost, Name, Groups] <- Rows]
    catch error:badarg -> []
    end.

-spec find(atom(), user(), user()) -> [friend()].
find(Table, User, Peer) ->
    try ets:lookup(Table, key(User, Peer)) of
        Rows -> [{Peer, Name, Groups} || {_, Name, Groups} <- Rows]
    catch error:badarg -> []
    end.

%%% Writing

-spec new(atom()) -> atom().
new(Table) ->
    ets:new(Table, [named_table, ordered_set, {read_concurrency, true}]).

-spec load(atom(), user(), [friend()]) -> true.
load(Table, User, Friends) ->
    ets:insert(Table, [{User, loaded} | rows(User, Friends)]).

-spec fail(atom(), user()) -> true.
fail(Table, User) ->
    ets:insert(Table, {User, failed}).

%% The friends concerned, before and after.
-spec change(atom(), user(), change()) -> {changed, [friend()], [friend()]}.
change(Table, User, {add, {Peer, _, _} = Friend}) ->
    Old = find(Table, User, Peer),
    ets:insert(Table, rows(User, [Friend])),
    {changed, Old, [Friend]};
change(Table, User, {remove, Peer}) ->
    Old = find(Table, User, Peer),
    ets:delete(Table, key(User, Peer)),
    {changed, Old, []};
change(Table, User, {replace, New}) ->
    Old = friends(Table, User),
    [ets:delete(Table, key(User, Peer)) || {Peer, _, _} <- Old, not lists:keymember(Peer, 1, New)],
    ets:insert(Table, rows(User, New)),
    {changed, Old, New}.

-spec drop(atom(), user()) -> true.
drop(Table, {User, Host}) ->
    ets:delete(Table, {User, Host}),
    ets:match_delete(Table, {{User, Host, '_', '_'}, '_', '_'}).

%%% Internal functions

rows(User, Friends) ->
    [{key(User, Peer), Name, Groups} || {Peer, Name, Groups} <- Friends].

key({User, Host}, {Peer, PeerHost}) ->
    {User, Host, Peer, PeerHost}.
