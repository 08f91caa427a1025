%%% The friends of the users who are online on this node: what mod_roster shows, and
%%% what mod_filter_site decides by. Loaded from the component when first asked for,
%%% changed by its pushes, dropped with the user's last session on the node.
%%%
%%% Reading is a look into the table; only site_friend_server writes.
-module(site_friends).

%% API
-export([hold/2, roster/2, find/3, counts/1, sizes/1]).
%% Remote calls, on each node
-export([change/3, forget/2]).

%% A pull ends after 3.5 s at the most, and is done again when something changed meanwhile.
-define(WAIT, 8000).

-type user() :: site_friend_table:user().
-type friend() :: site_component:friend().

%%% API

%% Keeps the user's set for as long as the calling process, a session, lives.
-spec hold(binary(), binary()) -> ok.
hold(User, Host) ->
    gen_server:cast(table(Host), {hold, {User, Host}, self()}).

%% The friends of a user. Loads them when they are not there.
-spec roster(binary(), binary()) -> {ok, [friend()]} | error.
roster(User, Host) ->
    case site_friend_table:state(table(Host), {User, Host}) of
        loaded -> {ok, site_friend_table:friends(table(Host), {User, Host})};
        failed -> error;
        unknown -> load({User, Host})
    end.

%% The peer as a friend of the user. Loads the user's friends when they are not there;
%% `unknown` when they can't be had.
-spec find(binary(), binary(), user()) -> friend() | false | unknown.
find(User, Host, Peer) ->
    US = {User, Host},
    case site_friend_table:find(table(Host), US, Peer) of
        [Friend] ->
            Friend;
        [] ->
            case site_friend_table:state(table(Host), US) of
                loaded -> false;
                failed -> unknown;
                unknown -> listed(Peer, load(US))
            end
    end.

%% Changes a set on this node: the friends concerned, before and after. `refresh` asks the
%% component. `absent`: nobody here saw the old set; `error`: it could not be done.
-spec change(binary(), binary(), site_friend_table:change() | refresh) ->
          {changed, user(), [friend()], [friend()]} | absent | error.
change(User, Host, Change) ->
    try gen_server:call(table(Host), {change, {User, Host}, Change}, ?WAIT)
    catch exit:_ -> error
    end.

%% Takes a user off everybody's list on this node.
-spec forget(binary(), binary()) -> [{changed, user(), [friend()], []} | absent | error].
forget(User, Host) ->
    ok = gen_server:call(table(Host), restart_pulls, ?WAIT), % they may have seen the user still
    [change(Holder, HolderHost, {remove, {User, Host}})
     || {Holder, HolderHost} <- site_friend_table:holders(table(Host), {User, Host})].

%% Users online on this node whose friends are known, are not, or are being asked for.
-spec counts(binary()) -> #{loaded | failed | pulls => non_neg_integer()}.
counts(Host) ->
    Pulls = try gen_server:call(table(Host), pulls)
            catch exit:_ -> 0
            end,
    (site_friend_table:counts(table(Host)))#{pulls => Pulls}.

%% As the server knows them: the table, in which `counts` looks, may have a million rows.
-spec sizes(binary()) -> #{held | failed | loading => non_neg_integer()}.
sizes(Host) ->
    gen_server:call(table(Host), sizes).

%%% Internal functions

%% The server and its table have the same name.
table(Host) ->
    site_friend_table:name(Host).

load({_, Host} = US) ->
    try gen_server:call(table(Host), {load, US}, ?WAIT)
    catch exit:_ -> error
    end.

listed(Peer, {ok, Friends}) -> lists:keyfind(Peer, 1, Friends);
listed(_Peer, error) -> unknown.
