%%% What Prometheus reads of this node: what the filter decided, what is known of friends, and
%%% what waits at ejabberd's own doors to the outside. A handler of ejabberd_http:
%%%
%%%   request_handlers: { /metrics: site_metrics }
%%%
%%% Nothing here is kept: all of it is looked up when somebody asks. No label has a name of
%%% anybody in it. What can't be looked up is left out.
-module(site_metrics).

%% Handler of ejabberd_http
-export([process/2]).

-include("ejabberd_http.hrl").

-type sample() :: {Labels :: [{atom(), atom() | binary()}], Value :: integer()}.

-spec process([binary()], #request{}) -> {pos_integer(), [{binary(), binary()}], iodata()}.
process([], #request{method = Method}) when Method =:= 'GET'; Method =:= 'HEAD' ->
    Headers = [{<<"Content-Type">>, <<"text/plain; version=0.0.4; charset=utf-8">>},
               {<<"Cache-Control">>, <<"no-store">>}],
    {200, Headers, iolist_to_binary([family(Metric, hosts()) || Metric <- metrics()])};
process(_Path, _Request) ->
    {404, [{<<"Content-Type">>, <<"text/plain">>}], <<"There is nothing here.\n">>}.

%%% The list. docs/operations.md is made from these lines.

metrics() ->
    [{"im_filter_stanzas_total", "counter",
      "What the filter of ejabberd decided of stanzas, by verdict (passed; refused: stranger, read_only, subscription, foreign; no_answer: nobody could say who are friends)",
      fun verdicts/1},
     {"im_filter_unremembered_total", "counter",
      "Sent messages that are not remembered, for want of room: one that is sent again may be heard twice",
      fun unremembered/1},
     {"im_sends_remembered", "gauge",
      "Sent messages of the last 15 minutes that are remembered; 500000 at the most",
      fun remembered/1},
     {"im_friend_sets", "gauge",
      "Users online whose friends are held, by state (held: all of them; failed: could not be loaded, and nothing of theirs passes; loading)",
      fun friend_sets/1},
     {"im_component_links", "gauge",
      "Links of the site's component to this node",
      fun links/1},
     {"im_ejabberd_sessions", "gauge",
      "XMPP sessions of this node, native clients among them",
      fun sessions/1},
     {"im_ejabberd_waiting", "gauge",
      "Questions that wait at ejabberd, by what for (sql, extauth; friends, announcements, links: our own servers)",
      fun waiting/1}].

%%% Their values

-spec verdicts(binary()) -> [sample()].
verdicts(Host) ->
    [{[{verdict, Name}], Count} || {Name, Count} <- site_counts:read(Host), Name =/= unremembered].

unremembered(Host) ->
    [{[], Count} || {unremembered, Count} <- site_counts:read(Host)].

remembered(_Host) ->
    [{[], Size} || Size <- [ets:info(site_sends, size)], is_integer(Size)].

friend_sets(Host) ->
    [{[{state, State}], Count} || {State, Count} <- maps:to_list(site_friends:sizes(Host))].

links(Host) ->
    Component = site_component:address(Host),
    [{[], length([Link || {Link, Domains, _} <- ets:tab2list(site_links),
                          lists:member(Component, Domains), is_process_alive(Link)])}].

sessions(Host) ->
    [{[], ejabberd_sm:get_vh_session_number(Host)}].

waiting(Host) ->
    Ours = [{friends, site_friend_server}, {announcements, site_announcer}, {links, site_links}],
    Queues = [{sql, sql_workers(Host)}, {extauth, extauth_workers(Host)}
              | [{For, [whereis(gen_mod:get_module_proc(Host, Server))]} || {For, Server} <- Ours]],
    [{[{'for', For}], lists:sum([queued(Pid) || Pid <- Pids])} || {For, Pids} <- Queues].

%% Those of ejabberd itself, whose names differ from release to release.
sql_workers(Host) ->
    try [Pid || {_, Pid, _, _} <- supervisor:which_children(gen_mod:get_module_proc(Host, ejabberd_sql_sup))]
    catch _:_ -> []
    end.

extauth_workers(Host) ->
    try
        Pool = extauth:pool_name(Host),
        [whereis(extauth:worker_name(Pool, N)) || N <- lists:seq(1, extauth:pool_size(Host))]
    catch _:_ -> []
    end.

queued(Pid) when is_pid(Pid) ->
    case erlang:process_info(Pid, message_queue_len) of
        {message_queue_len, Length} -> Length;
        undefined -> 0
    end;
queued(_NotThere) ->
    0.

%%% The text (Prometheus exposition formats, "Text-based format")

hosts() ->
    [Host || Host <- ejabberd_option:hosts(), gen_mod:is_loaded(Host, mod_filter_site)].

family({Name, Type, Help, Look}, Hosts) ->
    Lines = [line(Name, [{host, Host} | Labels], Value) || Host <- Hosts, {Labels, Value} <- looked(Look, Host)],
    ["# HELP ", Name, $\s, Help, "\n# TYPE ", Name, $\s, Type, $\n, Lines].

looked(Look, Host) ->
    try Look(Host)
    catch _:_ -> []
    end.

line(Name, Labels, Value) ->
    Pairs = [[atom_to_binary(Label, utf8), "=\"", text(Text), $"] || {Label, Text} <- Labels],
    [Name, ${, lists:join($,, Pairs), "} ", integer_to_binary(Value), $\n].

text(Atom) when is_atom(Atom) -> atom_to_binary(Atom, utf8);
text(Domain) when is_binary(Domain) -> Domain.
