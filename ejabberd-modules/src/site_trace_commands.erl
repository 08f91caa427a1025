%%% What an operator asks about traces of users: `ejabberdctl im_trace_add`, `im_trace_list`,
%%% `im_trace_remove`. The component does it, and says what is to be said.
-module(site_trace_commands).

%% API
-export([register/0, unregister/0]).
%% Commands
-export([add/3, list/1, remove/2]).

-include("ejabberd_commands.hrl").

-spec register() -> ok.
register() ->
    ejabberd_commands:register_commands(mod_filter_site, commands()).

-spec unregister() -> ok.
unregister() ->
    ejabberd_commands:unregister_commands(commands()).

commands() ->
    User = [{user, binary}, {host, binary}],
    UserHelp = ["User name, as in the address", "Domain"],
    [#ejabberd_commands{
        name = im_trace_add, tags = [logs],
        desc = "Trace one user for a time: what they do, and what is done for them, in a file of their own",
        longdesc = "As `im-bridge trace add`, but never with the texts that people write. The component names the "
                   "file, on its own machine. It ends by itself.",
        module = ?MODULE, function = add,
        args = User ++ [{for, binary}], args_desc = UserHelp ++ ["How long: 30s, 10m, 2h, 1d"],
        args_example = [<<"alice">>, <<"example.org">>, <<"10m">>],
        result = {said, string},
        result_desc = "Until when, and in which file",
        result_example = "alice is traced until 2026-11-25T12:10:00.000Z, without texts: /run/im-bridge/traces/alice.log"},
     #ejabberd_commands{
        name = im_trace_list, tags = [logs],
        desc = "List the users who are traced, with their files",
        longdesc = "As `im-bridge trace list`, on the machine of the component.",
        module = ?MODULE, function = list,
        args = [{host, binary}], args_desc = ["Domain"], args_example = [<<"example.org">>],
        result = {traces, {list, {trace, string}}},
        result_desc = "One line for each",
        result_example = ["Nobody is traced."]},
     #ejabberd_commands{
        name = im_trace_remove, tags = [logs],
        desc = "End the trace of a user",
        longdesc = "As `im-bridge trace remove`: the file stays, on the machine of the component.",
        module = ?MODULE, function = remove,
        args = User, args_desc = UserHelp, args_example = [<<"alice">>, <<"example.org">>],
        result = {said, string},
        result_desc = "That it has ended; an error when the user was not traced",
        result_example = "alice is traced no more. What was seen is in /run/im-bridge/traces/alice.log"}].

%%% Commands

-spec add(binary(), binary(), binary()) -> binary().
add(User, Host, Time) ->
    one(ask(Host, [{<<"verb">>, <<"add">>}, {<<"user">>, prepared(User)}, {<<"for">>, Time}])).

-spec list(binary()) -> [binary()].
list(Host) ->
    ask(Host, [{<<"verb">>, <<"list">>}]).

-spec remove(binary(), binary()) -> binary().
remove(User, Host) ->
    one(ask(Host, [{<<"verb">>, <<"remove">>}, {<<"user">>, prepared(User)}])).

%%% Internal functions

one(Lines) ->
    iolist_to_binary(lists:join(<<"\n">>, Lines)).

ask(Host, Attrs) ->
    case site_component:trace(Host, Attrs) of
        {done, Lines} -> Lines;
        {refused, Lines} -> throw({error, binary_to_list(one(Lines))});
        error -> throw({error, "the component does not answer"})
    end.

prepared(User) ->
    case jid:nodeprep(User) of
        error -> throw({error, "not a user name"});
        Name -> Name
    end.
