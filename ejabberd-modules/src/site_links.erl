%%% The links of the site's component to this node, and whether there is life at their other
%%% end. ejabberd itself asks none of them, and spreads its questions over all that it has:
%%% one whose machine is gone, or that hangs, would swallow its share until TCP gives up.
%%%
%%% A link that has said nothing for a while is asked (XEP-0199; any answer is life), and one
%%% that is silent on is ended: a component that lives connects again.
-module(site_links).

-behaviour(gen_server).

%% Hook handlers
-export([component_connected/1, component_send_packet/1]).
%% gen_server callbacks
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).

-include_lib("xmpp/include/xmpp.hrl").
-include("logger.hrl").

%% A link is asked at half of its time, so it is looked at more often than that.
-define(LOOKS, 6).

-record(state, {host :: binary(), silence :: pos_integer()}).

%%% Hook handlers, in the process of the link

-spec component_connected(binary()) -> true.
component_connected(Domain) ->
    heard([Domain]).

-spec component_send_packet({stanza() | drop, map()}) -> {stanza() | drop, map()}.
component_send_packet({_Packet, #{routes := Domains}} = Acc) ->
    heard(Domains),
    Acc;
component_send_packet(Acc) ->
    Acc.

%%% gen_server callbacks

init([Host, #{component_silence := Silence}]) ->
    process_flag(trap_exit, true), % else terminate/2 is not called
    new_table(),
    ejabberd_hooks:add(component_connected, ?MODULE, component_connected, 50),
    ejabberd_hooks:add(component_send_packet, ?MODULE, component_send_packet, 10),
    timer:send_interval(max(1, Silence div ?LOOKS), look),
    {ok, #state{host = Host, silence = Silence}}.

handle_call(_Request, _From, State) ->
    {reply, {error, unknown_call}, State}.

handle_cast(_Message, State) ->
    {noreply, State}.

handle_info(look, #state{host = Host} = State) ->
    Component = site_component:address(Host),
    [look(Link, now_ms() - Heard, State) || {Link, Domains, Heard} <- ets:tab2list(?MODULE),
                                            lists:member(Component, Domains)],
    {noreply, State};
handle_info(_Info, State) ->
    {noreply, State}.

terminate(_Reason, #state{host = Host}) ->
    gen_mod:is_loaded_elsewhere(Host, mod_filter_site) orelse
        begin
            ejabberd_hooks:delete(component_connected, ?MODULE, component_connected, 50),
            ejabberd_hooks:delete(component_send_packet, ?MODULE, component_send_packet, 10)
        end.

%%% Internal functions

%% One for all hosts: the hooks know none.
new_table() ->
    try ets:new(?MODULE, [named_table, public, {write_concurrency, true}])
    catch error:badarg -> ?MODULE
    end.

heard(Domains) ->
    try ets:insert(?MODULE, {self(), Domains, now_ms()})
    catch error:badarg -> true % the server is being restarted
    end.

look(Link, Silent, #state{host = Host, silence = Silence}) ->
    case is_process_alive(Link) of
        false ->
            ets:delete(?MODULE, Link);
        true when Silent > Silence ->
            ?WARNING_MSG("A link of ~ts has been silent for ~B ms: it is ended", [site_component:address(Host), Silent]),
            ets:delete(?MODULE, Link),
            ejabberd_service:stop_async(Link);
        true when Silent > Silence div 2 ->
            Link ! {route, life_sign(Host)};
        true ->
            ok
    end.

life_sign(Host) ->
    #iq{type = get, id = <<"life">>, from = jid:make(Host), to = jid:make(site_component:address(Host)),
        sub_els = [#ping{}]}.

now_ms() ->
    erlang:monotonic_time(millisecond).
