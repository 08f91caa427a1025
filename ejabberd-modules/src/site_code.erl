%%% Our code itself: which build runs (`ejabberdctl im_code`), and a new one in its place while
%%% everybody stays online (`im_load_code`). Hooks call module:function, so the next stanza
%%% meets the new code. `reload_config` and `update` of ejabberd leave modules like ours alone.
-module(site_code).

%% API
-export([register/0, unregister/0]).
%% Commands
-export([list/0, load/0]).

-include("ejabberd_commands.hrl").

%% `ejabberdctl help` looks for a gen_mod among the behaviours of who defines a command.
-spec register() -> ok.
register() ->
    ejabberd_commands:register_commands(mod_filter_site, commands()).

-spec unregister() -> ok.
unregister() ->
    ejabberd_commands:unregister_commands(commands()).

commands() ->
    [#ejabberd_commands{
        name = im_code, tags = [erlang],
        desc = "List the modules of im-bridge, and whether the build on disk is the one that runs",
        module = ?MODULE, function = list, args = [],
        result = {modules, {list, {module, {tuple, [{name, atom}, {file, string}, {state, atom}]}}}},
        result_desc = "Name, file, and current or old",
        result_example = [{mod_filter_site, "/opt/im-bridge/dist/ejabberd-modules/ebin/mod_filter_site.beam", current}]},
     #ejabberd_commands{
        name = im_load_code, tags = [erlang],
        desc = "Load the modules of im-bridge that have a new build on disk; sessions stay",
        longdesc = "Of this node alone. Nothing is loaded when one of them is still in use in a build before the last.",
        module = ?MODULE, function = load, args = [],
        result = {res, restuple},
        result_desc = "Which modules were loaded",
        result_example = {ok, "loaded: mod_filter_site"}}].

%%% Commands

-spec list() -> [{module(), file:filename(), current | old}].
list() ->
    [{Module, File, state(Module, File)} || {Module, File} <- ours()].

-spec load() -> {ok | error, string()}.
load() ->
    Old = [Module || {Module, File} <- ours(), state(Module, File) =:= old],
    case [Module || Module <- Old, not code:soft_purge(Module)] of
        [] ->
            Failed = [Module || Module <- Old, element(1, code:load_file(Module)) =:= error],
            loaded(Old -- Failed, Failed);
        Busy ->
            {error, text("still in use, try again: ", Busy)}
    end.

loaded([], []) -> {ok, "nothing to load: all are current"};
loaded(Loaded, []) -> {ok, text("loaded: ", Loaded)};
loaded(_, Failed) -> {error, text("can't be loaded: ", Failed)}.

text(Start, Modules) ->
    Start ++ lists:join(", ", [atom_to_list(Module) || Module <- Modules]).

%% Those in the folder that this module came from.
ours() ->
    Folder = filename:dirname(code:which(?MODULE)),
    Files = filelib:wildcard(filename:join(Folder, "*.beam")),
    [{list_to_atom(filename:basename(File, ".beam")), File} || File <- lists:sort(Files)].

%% What has not been called yet will be read from the file.
state(Module, File) ->
    case erlang:module_loaded(Module) andalso beam_lib:md5(File) of
        false -> current;
        {ok, {Module, Md5}} -> case Module:module_info(md5) of Md5 -> current; _ -> old end;
        {error, _, _} -> old
    end.
