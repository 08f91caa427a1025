%%% Friends only. What a user sends passes when it goes to themselves, to the server, to a
%%% friend, or when one of the two is staff. It is decided before privacy lists, archive
%%% and carbons, so a refused stanza leaves no trace. What comes from elsewhere is decided
%%% at the receiver. Without an answer about the friends, nothing passes.
%%%
%%% A stranger and an account that does not exist get the same `not-allowed`; presence,
%%% errors and results are dropped silently. The error goes out through the sender's own
%%% stream state, so it is there before the acknowledgement of what it refuses.
-module(mod_filter_site).

-behaviour(gen_mod).

%% gen_mod callbacks
-export([start/2, stop/1, reload/3, depends/2, mod_opt_type/1, mod_options/1, mod_doc/0]).
%% Hook handlers
-export([user_send_packet/1, sm_receive_packet/1, hold_friends/1]).
%% For the operator
-export([explain/3]).

-include_lib("xmpp/include/xmpp.hrl").

-define(NS_SITE, <<"urn:im-bridge:site:0">>).
-define(STRANGER, <<"You may only chat with friends">>).
-define(READ_ONLY, <<"Friends are added and removed on the web site">>).
-define(NO_ANSWER, <<"Your friends can't be looked up at the moment">>).

-define(SERVERS, [site_friend_server, site_announcer, site_links]).

-type c2s() :: ejabberd_c2s:state().
-type verdict() :: passed | stranger | read_only | no_answer.
-type reason() :: same_account | own_server | friends | staff | roster_set | not_friends | not_loaded.

%%% gen_mod callbacks

hooks() ->
    [{user_send_packet, ?MODULE, user_send_packet, 10}, % mod_privacy 50, mod_mam 88, mod_carboncopy 89
     {sm_receive_packet, ?MODULE, sm_receive_packet, 10}, % mod_mam 50
     {c2s_session_opened, ?MODULE, hold_friends, 10},
     {c2s_session_resumed, ?MODULE, hold_friends, 10},
     {c2s_handle_info, site_changes, c2s_handle_info, 10}].

-spec start(binary(), gen_mod:opts()) -> ok | {error, any()}.
start(Host, Opts) ->
    site_counts:start(Host),
    case start_children(Host, Opts) of
        ok ->
            [ejabberd_hooks:add(Hook, Host, Module, Fun, Seq) || {Hook, Module, Fun, Seq} <- hooks()],
            {module, _} = code:ensure_loaded(site_push), % else its decode_iq_subel/1 is not seen
            gen_iq_handler:add_iq_handler(ejabberd_local, Host, ?NS_SITE, site_push, process_iq),
            site_trace_commands:register(),
            site_commands:register();
        {error, _} = Error ->
            Error
    end.

-spec stop(binary()) -> any().
stop(Host) ->
    gen_mod:is_loaded_elsewhere(Host, ?MODULE) orelse unregister_commands(),
    gen_iq_handler:remove_iq_handler(ejabberd_local, Host, ?NS_SITE),
    [ejabberd_hooks:delete(Hook, Host, Module, Fun, Seq) || {Hook, Module, Fun, Seq} <- hooks()],
    [gen_mod:stop_child(Server, Host) || Server <- ?SERVERS].

unregister_commands() ->
    site_trace_commands:unregister(),
    site_commands:unregister().

start_children(Host, Opts) ->
    Results = [gen_mod:start_child(Server, Host, Opts) || Server <- ?SERVERS],
    case [Error || {error, _} = Error <- Results] of
        [] -> ok;
        [Error | _] -> Error
    end.

-spec reload(binary(), gen_mod:opts(), gen_mod:opts()) -> ok.
reload(_Host, _NewOpts, _OldOpts) ->
    ok. % options are read when they are needed, but component_silence: restart_module

-spec depends(binary(), gen_mod:opts()) -> [{module(), hard | soft}].
depends(_Host, _Opts) ->
    [{mod_roster, hard}].

-spec mod_opt_type(atom()) -> econf:validator().
mod_opt_type(component) -> econf:domain();
mod_opt_type(component_silence) -> econf:timeout(second);
mod_opt_type(staff) -> econf:acl().

-spec mod_options(binary()) -> [{atom(), any()}].
mod_options(Host) ->
    [{component, <<"site.", Host/binary>>},
     {component_silence, timer:seconds(20)},
     {staff, none}].

-spec mod_doc() -> map().
mod_doc() ->
    #{desc => "Nobody gets a stanza from somebody who is not a friend.",
      opts => [{component, #{value => "Domain", desc => "Where the site's component is connected."}},
               {component_silence, #{value => "timeout()",
                                    desc => "How long a link of the component may be silent before it is ended."}},
              {staff, #{value => "AccessName", desc => "Who may write to anyone, and be written to."}}]}.

%%% Hook handlers

%% The four subscription presences would change a roster, or tell a stranger's client.
-spec user_send_packet({stanza() | drop, c2s()}) ->
          {stanza() | drop, c2s()} | {stop, {drop, c2s()}}.
user_send_packet({#presence{type = Type}, #{lserver := Host} = State})
  when Type =:= subscribe; Type =:= subscribed; Type =:= unsubscribe; Type =:= unsubscribed ->
    site_counts:add(Host, subscription),
    {stop, {drop, State}};
user_send_packet({Packet, #{jid := From, lserver := Host} = State} = Acc) when ?is_stanza(Packet) ->
    To = xmpp:get_to(Packet),
    {Verdict, _Reason} = Decision = verdict(Packet, From, To),
    site_counts:add(Host, Verdict),
    site_traces:decided(Packet, From, To, Decision),
    case Verdict of
        passed -> Acc;
        Fault -> {stop, {drop, refuse(Fault, Packet, State)}}
    end;
user_send_packet(Acc) ->
    Acc.

%% From a user of this host: their own stream has decided, on whatever node it is.
-spec sm_receive_packet(stanza() | drop) -> stanza() | drop | {stop, drop}.
sm_receive_packet(Packet) when ?is_stanza(Packet) ->
    #jid{luser = User, lserver = From} = xmpp:get_from(Packet),
    #jid{lserver = Host} = xmpp:get_to(Packet),
    case From =:= Host orelse (User =:= <<>> andalso From =:= site_component:address(Host)) of
        true ->
            Packet;
        false ->
            site_counts:add(Host, foreign),
            answers(Packet) andalso ejabberd_router:route_error(Packet, reason(stranger, Packet)),
            {stop, drop}
    end;
sm_receive_packet(Acc) ->
    Acc.

%% What they say comes from the account as the site writes it, however it was spelled at the
%% sign-in: ejabberd takes `ALICE` for alice, and others would not know her.
-spec hold_friends(c2s()) -> c2s().
hold_friends(#{jid := #jid{luser = User, lserver = Host, resource = Resource}} = State) ->
    site_friends:hold(User, Host),
    State#{user := User, jid := jid:make(User, Host, Resource)};
hold_friends(State) ->
    State.

%%% The decision

%% What becomes of a message of the first to the second, and why.
-spec explain(binary(), binary(), binary()) -> {verdict(), reason()}.
explain(User, Peer, Host) ->
    pair(jid:make(User, Host), jid:make(Peer, Host)).

%% A roster that is set: of one's own it is the site's to change, for another it is forged.
-spec verdict(stanza(), jid(), jid()) -> {verdict(), reason()}.
verdict(#iq{type = set, sub_els = Els}, From, To) ->
    case lists:any(fun(El) -> xmpp:get_ns(El) =:= ?NS_ROSTER end, Els) of
        true -> {read_only, roster_set};
        false -> pair(From, To)
    end;
verdict(_Packet, From, To) ->
    pair(From, To).

pair(#jid{luser = User, lserver = Host}, #jid{luser = User, lserver = Host}) ->
    {passed, same_account};
pair(#jid{lserver = Host}, #jid{luser = <<>>, lserver = Host}) ->
    {passed, own_server};
pair(#jid{luser = User, lserver = Host} = From, #jid{luser = Peer, lserver = PeerHost} = To) ->
    case site_friends:find(User, Host, {Peer, PeerHost}) of
        {_, _, _} -> {passed, friends};
        Other -> staff(Host, From, To, Other)
    end.

staff(Host, From, To, Otherwise) ->
    Rule = gen_mod:get_module_opt(Host, ?MODULE, staff),
    IsStaff = fun(Jid) -> acl:match_rule(Host, Rule, jid:remove_resource(Jid)) =:= allow end,
    case IsStaff(From) orelse IsStaff(To) of
        true -> {passed, staff};
        false when Otherwise =:= unknown -> {no_answer, not_loaded};
        false -> {stranger, not_friends}
    end.

%%% The refusal

refuse(Fault, Packet, State) ->
    case answers(Packet) of
        true -> ejabberd_c2s:send(State, xmpp:make_error(Packet, reason(Fault, Packet)));
        false -> State
    end.

%% May the sender be answered? An error or a result never gets an answer.
answers(#message{type = Type}) -> Type =/= error;
answers(#iq{type = Type}) -> Type =:= get orelse Type =:= set;
answers(#presence{}) -> false.

reason(stranger, Packet) -> xmpp:err_not_allowed(?STRANGER, xmpp:get_lang(Packet));
reason(read_only, Packet) -> xmpp:err_not_allowed(?READ_ONLY, xmpp:get_lang(Packet));
reason(no_answer, Packet) -> xmpp:err_resource_constraint(?NO_ANSWER, xmpp:get_lang(Packet)).
