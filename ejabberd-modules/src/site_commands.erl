%%% What an operator asks about friends: `ejabberdctl im_friends`, `im_are_friends`,
%%% `im_refresh`, `im_filter_counters`.
-module(site_commands).

%% API
-export([register/0, unregister/0]).
%% Commands
-export([friends/2, are_friends/3, refresh/2, filter_counters/1]).

-include("ejabberd_commands.hrl").

%% `ejabberdctl help` looks for a gen_mod among the behaviours of who defines a command.
-spec register() -> ok.
register() ->
    site_code:register(),
    ejabberd_commands:register_commands(mod_filter_site, commands()).

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
        result = {answer, {tuple, [{answer, string}, {reason, string}]}},
        result_desc = "yes, no, or unknown (the component does not answer: nothing passes), and why",
        result_example = {"yes", "they are friends on the web site"}},
     #ejabberd_commands{
        name = im_refresh, tags = [roster],
        desc = "Ask the component for a user's friends again, and push what has changed",
        module = ?MODULE, function = refresh,
        args = User, args_desc = UserHelp, args_example = [<<"alice">>, <<"example.org">>],
        result = {res, rescode},
        result_desc = "1 when the component does not answer"},
     #ejabberd_commands{
        name = im_filter_counters, tags = [statistics],
        desc = "Count what the filter let pass and refused, and whose friends are loaded",
        longdesc = "Of this node alone, stanzas since it was started: passed; refused of strangers "
                   "(or of accounts that do not exist), of roster sets (read_only), for want of an answer "
                   "about the friends (no_answer), subscription presences, and of senders elsewhere (foreign); "
                   "and sent messages that are not remembered, for want of room (unremembered). "
                   "Then users online: friends loaded, failed (tried again each 3 s), and being asked for (pulls).",
        module = ?MODULE, function = filter_counters,
        args = [{host, binary}], args_desc = ["Domain"], args_example = [<<"example.org">>],
        result = {counters, {list, {counter, {tuple, [{name, atom}, {count, integer}]}}}},
        result_desc = "Names and counts",
        result_example = [{passed, 10000}, {stranger, 3}]}].

%%% Commands

-spec friends(binary(), binary()) -> [binary()].
friends(User, Host) ->
    case site_friends:roster(prepared(User), Host) of
        {ok, Friends} -> [<<Peer/binary, $@, PeerHost/binary>> || {{Peer, PeerHost}, _, _} <- Friends];
        error -> throw({error, "the component does not answer"})
    end.

-spec are_friends(binary(), binary(), binary()) -> {string(), string()}.
are_friends(User, Friend, Host) ->
    {Verdict, Reason} = mod_filter_site:explain(prepared(User), prepared(Friend), Host),
    {answer(Verdict), text(Reason)}.

-spec refresh(binary(), binary()) -> ok | error.
refresh(User, Host) ->
    site_changes:refresh(prepared(User), Host).

-spec filter_counters(binary()) -> [{atom(), non_neg_integer()}].
filter_counters(Host) ->
    site_counts:read(Host) ++ maps:to_list(site_friends:counts(Host)).

%%% Internal functions

answer(passed) -> "yes";
answer(stranger) -> "no";
answer(no_answer) -> "unknown".

text(same_account) -> "they are the same account";
text(friends) -> "they are friends on the web site";
text(staff) -> "one of them is staff";
text(not_friends) -> "they are not friends on the web site, or one of the accounts is not there";
text(not_loaded) -> "the component does not answer, and nothing passes until it does".

prepared(User) ->
    case jid:nodeprep(User) of
        error -> throw({error, "not a user name"});
        Name -> Name
    end.
