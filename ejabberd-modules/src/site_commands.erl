%%% What an operator asks about friends: `ejabberdctl im_friends`, `im_are_friends`, `im_refresh`.
-module(site_commands).

%% API
-export([register/0, unregister/0]).
%% Commands
-export([friends/2, are_friends/3, refresh/2]).

-include("ejabberd_commands.hrl").

-spec register() -> ok.
register() ->
    site_code:register(),
    ejabberd_commands:register_commands(?MODULE, commands()).

-spec unregister() -> ok.
unregister() ->
    site_code:unregister(),
    ejabberd_commands:unregister_commands(commands()).

commands() ->
    User = [{user, binary}, {host, binary}],
    UserHelp = ["User name, as in the address", "Domain"],
    [#ejabberd_commands{
        name = im_friends, tags = [roster],
        desc = "List the friends of a user, as the filter sees them",
        longdesc = "Asks the site's component when the user is not online on this node.",
        module = ?MODULE, function = friends,
        args = User, args_desc = UserHelp, args_example = [<<"alice">>, <<"example.org">>],
        result = {friends, {list, {friend, string}}},
        result_desc = "Addresses; an error when the component does not answer",
        result_example = ["bob@example.org"]},
     #ejabberd_commands{
        name = im_are_friends, tags = [roster],
        desc = "Say whether the filter lets the first user write to the second",
        module = ?MODULE, function = are_friends,
        args = [{user, binary}, {friend, binary}, {host, binary}],
        args_desc = ["User who writes", "User who is written to", "Domain"],
        args_example = [<<"alice">>, <<"bob">>, <<"example.org">>],
        result = {answer, string},
        result_desc = "yes, no, or unknown (the component does not answer: nothing passes)",
        result_example = "yes"},
     #ejabberd_commands{
        name = im_refresh, tags = [roster],
        desc = "Ask the component for a user's friends again, and push what has changed",
        module = ?MODULE, function = refresh,
        args = User, args_desc = UserHelp, args_example = [<<"alice">>, <<"example.org">>],
        result = {res, rescode},
        result_desc = "1 when the component does not answer"}].

%%% Commands

-spec friends(binary(), binary()) -> [binary()].
friends(User, Host) ->
    case site_friends:roster(prepared(User), Host) of
        {ok, Friends} -> [<<Peer/binary, $@, PeerHost/binary>> || {{Peer, PeerHost}, _, _} <- Friends];
        error -> throw({error, "the component does not answer"})
    end.

-spec are_friends(binary(), binary(), binary()) -> string().
are_friends(User, Friend, Host) ->
    case site_friends:find(prepared(User), Host, {prepared(Friend), Host}) of
        {_, _, _} -> "yes";
        false -> "no";
        unknown -> "unknown"
    end.

-spec refresh(binary(), binary()) -> ok | error.
refresh(User, Host) ->
    site_push:refresh(prepared(User), Host).

prepared(User) ->
    case jid:nodeprep(User) of
        error -> throw({error, "not a user name"});
        Name -> Name
    end.
