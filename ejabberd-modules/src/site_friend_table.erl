%%% The table of site_friend_server: for each user `{User, loaded | failed}`, and for each of
%%% their friends `{{User and friend}, Name, Groups}`. The server writes, everybody reads.
-module(site_friend_table).

%% Reading
-export([name/1, state/2, friends/2, find/3, holders/2, counts/1]).
%% Writing, by the owner
-export([new/1, load/3, fail/2, change/3, drop/2]).

-export_type([user/0, change/0]).

-type user() :: {Name :: binary(), Host :: binary()}.
-type friend() :: site_component:friend().
-type change() :: {remove, user()} | {rename, user(), Name :: binary()} | {replace, [friend()]}.

%%% Reading. Without a table, while the server is being restarted, nothing is known.

-spec name(binary()) -> atom().
name(Host) ->
    gen_mod:get_module_proc(Host, site_friend_server).

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

%% Who has this friend: a scan, for accounts that go away. A million rows take some tenths of a second.
-spec holders(atom(), user()) -> [user()].
holders(Table, {Peer, PeerHost}) ->
    try ets:match(Table, {{'$1', '$2', Peer, PeerHost}, '_', '_'}) of
        Rows -> [{User, Host} || [User, Host] <- Rows]
    catch error:badarg -> []
    end.

%% Users by the state of their sets.
-spec counts(atom()) -> #{loaded | failed => non_neg_integer()}.
counts(Table) ->
    Count = fun(State) -> ets:select_count(Table, [{{'_', State}, [], [true]}]) end,
    try #{loaded => Count(loaded), failed => Count(failed)}
    catch error:badarg -> #{loaded => 0, failed => 0}
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

%% The friends concerned, before and after. `missing`: there is nobody to rename.
-spec change(atom(), user(), change()) -> {[friend()], [friend()]} | missing.
change(Table, User, {remove, Peer}) ->
    Old = find(Table, User, Peer),
    ets:delete(Table, key(User, Peer)),
    {Old, []};
change(Table, User, {rename, Peer, Name}) ->
    case find(Table, User, Peer) of
        [{_, _, Groups}] = Old ->
            New = [{Peer, Name, Groups}],
            ets:insert(Table, rows(User, New)),
            {Old, New};
        [] ->
            missing
    end;
change(Table, User, {replace, New}) ->
    Before = by_peer(friends(Table, User)),
    After = by_peer(New),
    Removed = maps:without(maps:keys(After), Before),
    Fresh = maps:filter(fun(Peer, Friend) -> maps:get(Peer, Before, none) =/= Friend end, After),
    [ets:delete(Table, key(User, Peer)) || Peer <- maps:keys(Removed)],
    ets:insert(Table, rows(User, maps:values(Fresh))),
    {maps:values(Removed) ++ maps:values(maps:with(maps:keys(Fresh), Before)), maps:values(Fresh)}.

-spec drop(atom(), user()) -> true.
drop(Table, {User, Host}) ->
    ets:delete(Table, {User, Host}),
    ets:match_delete(Table, {{User, Host, '_', '_'}, '_', '_'}).

%%% Internal functions

by_peer(Friends) ->
    maps:from_list([{Peer, Friend} || {Peer, _, _} = Friend <- Friends]).

rows(User, Friends) ->
    [{key(User, Peer), Name, Groups} || {Peer, Name, Groups} <- Friends].

key({User, Host}, {Peer, PeerHost}) ->
    {User, Host, Peer, PeerHost}.
