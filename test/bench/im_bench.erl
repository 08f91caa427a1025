%%% What a measurement asks of a running ejabberd: loaded into it for the time of `npm run
%%% bench`, and no part of what is installed. All answers are numbers, or lists of them.
-module(im_bench).

-export([filter/2, hook/4, memory/1]).
%% Hook handler
-export([keep/1]).

-include_lib("xmpp/include/xmpp.hrl").

-define(HOOKS, [{user_send_packet, 10}, {sm_receive_packet, 10}]).

%% Hangs the filter in, or out.
-spec filter(binary(), in | out) -> 0.
filter(Host, Where) ->
    [case Where of
         in -> ejabberd_hooks:add(Hook, Host, mod_filter_site, Hook, Seq);
         out -> ejabberd_hooks:delete(Hook, Host, mod_filter_site, Hook, Seq)
     end || {Hook, Seq} <- ?HOOKS],
    0.

%% Microseconds a call, of the filter's hook and of one that does nothing, in turns. A refusal
%% is made, and kept back where the stream would write it.
-spec hook(binary(), binary(), binary(), atom()) -> [[float()]].
hook(Host, User, Peer, Kind) ->
    State = state(Host, User),
    Acc = {packet(Kind, jid:make(User, Host, <<"bench">>), jid:make(Peer, Host)), State},
    N = 10000,
    ejabberd_hooks:add(c2s_filter_send, Host, ?MODULE, keep, 1),
    _ = loop(fun mod_filter_site:user_send_packet/1, Acc, N), % warm
    Rounds = [[time(fun mod_filter_site:user_send_packet/1, Acc, N), time(fun nothing/1, Acc, N)]
              || _ <- lists:seq(1, 21)],
    ejabberd_hooks:delete(c2s_filter_send, Host, ?MODULE, keep, 1),
    Rounds.

%% Bytes: the table of friends, processes and binaries of the sessions, all of the node; and sessions.
-spec memory(binary()) -> [non_neg_integer()].
memory(Host) ->
    Pids = [ejabberd_sm:get_session_pid(U, S, R) || {U, S, R} <- ejabberd_sm:get_vh_session_list(Host)],
    [garbage_collect(Pid) || Pid <- processes()],
    Table = ets:info(site_friend_table:name(Host), memory) * erlang:system_info(wordsize),
    Processes = lists:sum([element(2, process_info(Pid, memory)) || Pid <- Pids, is_process_alive(Pid)]),
    [Table, Processes, erlang:memory(total), length(Pids)].

%%% Hook handler

-spec keep({stanza(), ejabberd_c2s:state()}) -> {stop, {drop, ejabberd_c2s:state()}}.
keep({_Packet, State}) ->
    {stop, {drop, State}}.

%%% Internal functions

time(Fun, Acc, N) ->
    erlang:garbage_collect(),
    {Microseconds, ok} = timer:tc(fun() -> loop(Fun, Acc, N) end),
    Microseconds / N.

loop(_Fun, _Acc, 0) -> ok;
loop(Fun, Acc, N) -> _ = Fun(Acc), loop(Fun, Acc, N - 1).

nothing(Acc) -> Acc.

%% As much of a stream's state as the hook reads.
state(Host, User) ->
    #{jid => jid:make(User, Host, <<"bench">>), lserver => Host, user => User, lang => <<"en">>}.

packet(message, From, To) ->
    #message{type = chat, from = From, to = To, body = xmpp:mk_text(<<"hello">>)};
packet(presence, From, To) ->
    #presence{from = From, to = To};
packet(iq, From, To) ->
    #iq{type = get, id = <<"1">>, from = From, to = To, sub_els = [#xmlel{name = <<"query">>,
        attrs = [{<<"xmlns">>, ?NS_VERSION}]}]};
packet(own_server, From, #jid{lserver = Host}) ->
    packet(iq, From, jid:make(Host)).
