%%% ejabberd_sql logs the text of a failed statement, and with it what people wrote: a filter
%%% takes it out, once for all hosts. The place in the source and the fault stay in the log.
-module(site_statements).

-export([hide/0, show/0, filter/2]).

-spec hide() -> ok.
hide() ->
    _ = logger:add_primary_filter(?MODULE, {fun ?MODULE:filter/2, []}), % it may be there already
    ok.

-spec show() -> ok.
show() ->
    _ = logger:remove_primary_filter(?MODULE),
    ok.

-spec filter(logger:log_event(), any()) -> logger:log_event() | ignore.
filter(#{msg := {"SQL query " ++ _, [_Statement, Fault]}, meta := #{mfa := {ejabberd_sql, _, _}}} = Event, _Extra) ->
    Event#{msg := {"SQL query failed: ~p", [Fault]}};
filter(_Event, _Extra) ->
    ignore.
