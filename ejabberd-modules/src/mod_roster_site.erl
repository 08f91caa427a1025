%%% Storage of ejabberd's own mod_roster (`db_type: site`): the friendships of the web
%%% site, and nothing else. Reading asks site_friends; there is nothing to write to.
%%% mod_roster keeps no cache over it: a second copy could be older than the filter's.
-module(mod_roster_site).

-behaviour(mod_roster).

%% mod_roster callbacks
-export([init/2, use_cache/2, import/3, transaction/2]).
-export([read_roster_version/2, get_roster/2, get_roster_item/3, read_subscription_and_groups/3]).
-export([write_roster_version/4, roster_subscribe/4, update_roster/4, del_roster/3, remove_user/2]).

-include_lib("xmpp/include/xmpp.hrl").
-include("mod_roster.hrl").

-spec init(binary(), gen_mod:opts()) -> ok.
init(_Host, _Opts) ->
    ok.

-spec use_cache(binary(), roster | roster_version) -> boolean().
use_cache(_Host, _Table) ->
    false.

%%% Reading

%% An unreachable component is an empty roster, which site_friends mends later.
-spec get_roster(binary(), binary()) -> {ok, [#roster{}]} | error.
get_roster(User, Host) ->
    case site_friends:roster(User, Host) of
        {ok, Friends} -> {ok, [item(User, Host, Friend) || Friend <- Friends]};
        error -> error
    end.

-spec get_roster_item(binary(), binary(), ljid()) -> {ok, #roster{}} | error.
get_roster_item(User, Host, {PeerUser, PeerHost, _}) ->
    case site_friends:find(User, Host, {PeerUser, PeerHost}) of
        {_, _, _} = Friend -> {ok, item(User, Host, Friend)};
        _ -> error
    end.

-spec read_subscription_and_groups(binary(), binary(), ljid()) ->
          {ok, {subscription(), ask(), [binary()]}} | error.
read_subscription_and_groups(User, Host, {PeerUser, PeerHost, _}) ->
    case site_friends:find(User, Host, {PeerUser, PeerHost}) of
        {_, _, Groups} -> {ok, {both, none, Groups}};
        _ -> error
    end.

-spec read_roster_version(binary(), binary()) -> error.
read_roster_version(_User, _Host) ->
    error.

%%% Writing: refused, within mod_roster's transaction or without

-spec transaction(binary(), fun(() -> T)) -> {atomic, T} | {aborted, any()}.
transaction(_Host, Fun) ->
    try {atomic, Fun()}
    catch throw:{aborted, Reason} -> {aborted, Reason}
    end.

-spec update_roster(binary(), binary(), ljid(), #roster{}) -> no_return().
update_roster(_User, _Host, _Peer, _Item) ->
    throw({aborted, read_only}).

-spec roster_subscribe(binary(), binary(), ljid(), #roster{}) -> no_return().
roster_subscribe(_User, _Host, _Peer, _Item) ->
    throw({aborted, read_only}).

-spec del_roster(binary(), binary(), ljid()) -> no_return().
del_roster(_User, _Host, _Peer) ->
    throw({aborted, read_only}).

-spec write_roster_version(binary(), binary(), boolean(), binary()) -> ok.
write_roster_version(_User, _Host, _InTransaction, _Version) ->
    ok.

-spec remove_user(binary(), binary()) -> ok.
remove_user(_User, _Host) ->
    ok.

-spec import(binary(), binary(), #roster{} | [binary()]) -> ok.
import(_Host, _Table, _Row) ->
    ok.

%%% Internal functions

item(User, Host, {{PeerUser, PeerHost}, Name, Groups}) ->
    Peer = {PeerUser, PeerHost, <<>>},
    #roster{usj = {User, Host, Peer}, us = {User, Host}, jid = Peer,
            name = Name, subscription = both, groups = Groups}.
