%%% Whom an operator traces, as the component says (site_push), on this node: what the filter
%%% decides about them is told to the component, which writes it down. While nobody is traced
%%% it costs one look for a term that is not there.
-module(site_traces).

%% API
-export([set/3, decided/4]).
%% Remote call, on each node
-export([set_here/3]).

-include_lib("xmpp/include/xmpp.hrl").

-define(NS_SITE, <<"urn:im-bridge:site:0">>).
%% Milliseconds that a node may take.
-define(WAIT, 2000).

%% Until then, in Unix seconds: 0 ends it. It ends by itself, too.
-spec set(binary(), binary(), integer()) -> ok | error.
set(User, Host, Until) ->
    case ejabberd_cluster:multicall(ejabberd_cluster:get_nodes(), ?MODULE, set_here, [User, Host, Until], ?WAIT) of
        {_, []} -> ok;
        {_, _Silent} -> error % it is said again
    end.

%% A change of such a term makes every process look whether it has the old one: it is seldom,
%% and what is said again changes nothing.
-spec set_here(binary(), binary(), integer()) -> ok.
set_here(User, Host, Until) ->
    Now = erlang:system_time(second),
    Old = persistent_term:get({?MODULE, Host}, #{}),
    case maps:filter(fun(_, End) -> End > Now end, Old#{User => Until}) of
        Old -> ok;
        None when map_size(None) =:= 0 -> persistent_term:erase({?MODULE, Host});
        New -> persistent_term:put({?MODULE, Host}, New)
    end,
    ok.

%% What the filter says of a stanza of a user to another.
-spec decided(stanza(), jid(), jid(), {atom(), atom()}) -> ok.
decided(Packet, #jid{lserver = Host} = From, To, Decision) ->
    case persistent_term:get({?MODULE, Host}, none) of
        none ->
            ok;
        Traced ->
            case is_traced(From, Host, Traced) orelse is_traced(To, Host, Traced) of
                true -> tell(Packet, From, To, Decision);
                false -> ok
            end
    end.

%%% Internal functions

is_traced(#jid{luser = User, lserver = Host}, Host, Traced) ->
    maps:get(User, Traced, 0) > erlang:system_time(second);
is_traced(_Elsewhere, _Host, _Traced) ->
    false.

%% To themselves and to the server everything passes.
tell(_Packet, _From, _To, {_, Reason}) when Reason =:= same_account; Reason =:= own_server ->
    ok;
tell(Packet, #jid{lserver = Host} = From, To, {Verdict, Reason}) ->
    Component = site_component:address(Host),
    Decision = #xmlel{name = <<"decision">>,
                      attrs = [{<<"xmlns">>, ?NS_SITE},
                               {<<"from">>, jid:encode(From)},
                               {<<"to">>, jid:encode(To)},
                               {<<"kind">>, atom_to_binary(element(1, Packet))},
                               {<<"id">>, xmpp:get_id(Packet)},
                               {<<"verdict">>, atom_to_binary(Verdict)},
                               {<<"reason">>, atom_to_binary(Reason)}]},
    case ejabberd_router:is_my_route(Component) of
        true -> ejabberd_router:route(#message{type = headline, from = jid:make(Host),
                                               to = jid:make(Component), sub_els = [Decision]});
        false -> ok
    end.
