%%% The messages with an origin-id (XEP-0359) that were sent on this node within the last
%%% minutes: those that are being stored, and those that went out to the receiver. A message
%%% that is sent again would not find in the archive what is still on its way there, and does
%%% not know whether what it finds was ever delivered.
-module(site_sends).

-behaviour(gen_server).

%% API
-export([key/1, claim/1, give_up/1, storing/1, is_storing/1, forget/1, delivered/1, was_delivered/1, known_since/1]).
%% Remote call, on each node
-export([is_storing_here/1]).
%% gen_server callbacks
-export([init/1, handle_call/3, handle_cast/2, handle_info/2]).

-include_lib("xmpp/include/xmpp.hrl").
-include("logger.hrl").

%% Milliseconds between a message and the last one sent again.
-define(KEPT, timer:minutes(15)).
-define(SWEEP, timer:seconds(30)).
%% Of about 200 bytes. Above, no more of them are remembered: for those it is as after a restart.
-define(LIMIT, 500000).
%% Milliseconds that another node may take to answer.
-define(WAIT, 2000).

-type key() :: {binary(), Sender :: binary(), Receiver :: binary(), OriginId :: binary()} | none.

%%% API, in the process of the stream

-spec key(message()) -> key().
key(#message{from = #jid{luser = Sender, lserver = Host}, to = #jid{luser = Receiver}} = Message) ->
    case xmpp:get_subtag(Message, #origin_id{}) of
        #origin_id{id = OriginId} when OriginId =/= <<>> -> {Host, Sender, Receiver, OriginId};
        _ -> none
    end.

%% It may be stored by this process, unless something is known of it already.
-spec claim(key()) -> ok.
claim(none) ->
    ok;
claim(Key) ->
    where_there(fun() -> is_full() orelse ets:insert_new(?MODULE, {Key, {storing, self()}, now_ms()}) end).

%% It was not stored by this process.
-spec give_up(key()) -> ok.
give_up(Key) ->
    where_there(fun() -> ets:match_delete(?MODULE, {Key, {storing, self()}, '_'}) end).

-spec storing(key()) -> ok.
storing(Key) ->
    put_state(Key, {storing, self()}).

%% By another stream of the user, on any node. One that does not answer is taken for dead.
-spec is_storing(key()) -> boolean().
is_storing(none) ->
    false;
is_storing(Key) ->
    Others = ejabberd_cluster:get_nodes() -- [node()],
    is_storing_here(Key)
        orelse lists:member(true, element(1, ejabberd_cluster:multicall(Others, ?MODULE, is_storing_here, [Key], ?WAIT))).

%% However its process has ended, the database may have what it was told until the time for that is over.
-spec is_storing_here(key()) -> boolean().
is_storing_here({Host, _, _, _} = Key) ->
    try ets:lookup(?MODULE, Key) of
        [{_, {storing, Pid}, Since}] when Pid =/= self() ->
            now_ms() - Since < ejabberd_option:sql_query_timeout(Host);
        _ ->
            false
    catch error:badarg -> false
    end.

-spec forget(key()) -> ok.
forget(Key) ->
    where_there(fun() -> ets:delete(?MODULE, Key) end).

-spec delivered(key()) -> ok.
delivered(Key) ->
    put_state(Key, delivered).

-spec was_delivered(key()) -> boolean().
was_delivered(Key) ->
    try ets:lookup(?MODULE, Key) of
        [{_, delivered, _}] -> true;
        _ -> false
    catch error:badarg -> false
    end.

%% A time before which no archive has it, where it is known here, whatever has become of it. That it was delivered may be
%% noted long after its id was made: as long as the database may take, and that is less than it is kept here.
-spec known_since(key()) -> never | erlang:timestamp().
known_since(Key) ->
    try ets:lookup(?MODULE, Key) of
        [{_, _, Noted}] -> misc:usec_to_now(erlang:system_time(microsecond) - 1000 * (now_ms() - Noted + ?KEPT));
        [] -> never
    catch error:badarg -> never
    end.

%%% gen_server callbacks: owns the table, which all hosts share

init([_Host, _Opts]) ->
    try ets:new(?MODULE, [named_table, public, {write_concurrency, true}]) of
        _ -> ok
    catch error:badarg -> ok % that of another host has it
    end,
    timer:send_interval(?SWEEP, sweep),
    {ok, none}.

handle_call(_Request, _From, State) ->
    {reply, {error, unknown_call}, State}.

handle_cast(_Message, State) ->
    {noreply, State}.

handle_info(sweep, State) ->
    is_full() andalso ?WARNING_MSG("~B messages were sent here within ~B minutes: no more are remembered, and who repeats "
                                   "one may be heard twice", [?LIMIT, ?KEPT div 60000]),
    Old = [{{'_', '_', '$1'}, [{'<', '$1', now_ms() - ?KEPT}], [true]}],
    where_there(fun() -> ets:select_delete(?MODULE, Old) end),
    {noreply, State};
handle_info(_Info, State) ->
    {noreply, State}.

%%% Internal functions

%% There is no table while the server is being restarted.
where_there(Work) ->
    try Work() of
        _ -> ok
    catch error:badarg -> ok
    end.

put_state(none, _What) ->
    ok;
put_state({Host, _, _, _} = Key, What) ->
    Now = now_ms(),
    try (not is_full() andalso ets:insert(?MODULE, {Key, What, Now}))
             orelse ets:update_element(?MODULE, Key, [{2, What}, {3, Now}]) of
        true -> ok;
        false -> site_counts:add(Host, unremembered)
    catch error:badarg -> ok % the server is being restarted
    end.

is_full() ->
    case ets:info(?MODULE, size) of
        undefined -> false; % the server is being restarted
        Size -> Size >= ?LIMIT
    end.

now_ms() ->
    erlang:monotonic_time(millisecond).
