%%% Sessions that friends see as offline (XEP-0186): `<invisible xmlns='urn:xmpp:invisible:1'/>`
%%% in a set to the own account, and `<visible/>` to come back. Messages, carbons and the
%%% presence of friends go on as ever, and the user's other sessions still see it.
%%%
%%% Privacy lists (XEP-0126) would need rows that stay, an active list takes the place of the
%%% blocked contacts (XEP-0191), and an online session would have to be away for a moment,
%%% in which messages go to the offline store. Here the order is at the session (site_invisible),
%%% which is asked where ejabberd asks the privacy lists.
%%%
%%% What would tell a friend that somebody is there all the same, and so answers as if they
%%% were not: the last activity (XEP-0012), the list of resources (XEP-0030), an IQ to the
%%% session, and the error that a chat state to somebody offline brings: nobody gets one.
%%% What the session itself sends (receipts, markers, typing) tells as well: that is up to it.
-module(mod_invisible_site).

-behaviour(gen_mod).

%% gen_mod callbacks
-export([start/2, stop/1, reload/3, depends/2, mod_options/1, mod_doc/0]).
%% Hook handlers: of the own session
-export([user_send_packet/1, privacy_check_packet/4, c2s_handle_info/2, c2s_copy_session/2,
         c2s_session_resumed/1, c2s_terminated/2, unset_presence/4]).
%% Hook handlers: of what others ask
-export([sm_receive_packet/1, disco_sm_items/5, disco_local_features/5, offline_message/1]).

-include_lib("xmpp/include/xmpp.hrl").

-define(NS_INVISIBLE, <<"urn:xmpp:invisible:1">>).
-define(NOT_FOUND, <<"User session not found">>). % as ejabberd_sm has it

-type c2s() :: ejabberd_c2s:state().

%%% gen_mod callbacks

hooks() ->
    [{user_send_packet, user_send_packet, 15}, % mod_filter_site 10
     {privacy_check_packet, privacy_check_packet, 25}, % mod_privacy 50 forgets what was decided before it
     {c2s_handle_info, c2s_handle_info, 20}, % ejabberd_c2s 100
     {c2s_copy_session, c2s_copy_session, 50},
     {c2s_session_resumed, c2s_session_resumed, 50},
     {c2s_terminated, c2s_terminated, 60}, % mod_stream_mgmt 50, ejabberd_c2s 100
     {unset_presence_hook, unset_presence, 40}, % mod_last 50
     {sm_receive_packet, sm_receive_packet, 15}, % mod_filter_site 10
     {disco_sm_items, disco_sm_items, 110}, % mod_disco 100
     {disco_local_features, disco_local_features, 50},
     {offline_message_hook, offline_message, 90}]. % mod_offline 50, ejabberd_sm 100

-spec start(binary(), gen_mod:opts()) -> ok.
start(Host, _Opts) ->
    [ejabberd_hooks:add(Hook, Host, ?MODULE, Fun, Seq) || {Hook, Fun, Seq} <- hooks()],
    ejabberd_hooks:add(privacy_check_packet, ?MODULE, privacy_check_packet, 25), % mod_roster asks without a host
    ok.

-spec stop(binary()) -> ok.
stop(Host) ->
    [ejabberd_hooks:delete(Hook, Host, ?MODULE, Fun, Seq) || {Hook, Fun, Seq} <- hooks()],
    _ = gen_mod:is_loaded_elsewhere(Host, ?MODULE)
        orelse ejabberd_hooks:delete(privacy_check_packet, ?MODULE, privacy_check_packet, 25),
    ok.

-spec reload(binary(), gen_mod:opts(), gen_mod:opts()) -> ok.
reload(_Host, _NewOpts, _OldOpts) ->
    ok.

-spec depends(binary(), gen_mod:opts()) -> [{module(), hard | soft}].
depends(_Host, _Opts) ->
    [{mod_filter_site, hard}].

-spec mod_options(binary()) -> [].
mod_options(_Host) ->
    [].

-spec mod_doc() -> map().
mod_doc() ->
    #{desc => "Lets a session be seen as offline by friends (XEP-0186)."}.

%%% The own session

%% Answered here: nothing that comes after may still be decided by the state before.
-spec user_send_packet({stanza() | drop, c2s()}) -> {stanza() | drop, c2s()} | {stop, {drop, c2s()}}.
user_send_packet({#iq{type = set, to = #jid{luser = User, lserver = Host, lresource = <<>>}, sub_els = [El]} = IQ,
                  #{jid := #jid{luser = User, lserver = Host}} = State} = Acc) ->
    case {xmpp:get_ns(El), xmpp:get_name(El)} of
        {?NS_INVISIBLE, <<"invisible">>} -> {stop, {drop, confirm(IQ, hide(State))}};
        {?NS_INVISIBLE, <<"visible">>} -> {stop, {drop, confirm(IQ, show(State))}};
        _ -> Acc
    end;
user_send_packet(Acc) ->
    Acc.

%% Presence goes to the own account alone, also the directed one. Probes pass: friends do not see them.
-spec privacy_check_packet(allow | deny, c2s() | jid(), stanza(), in | out) -> allow | deny | {stop, deny}.
privacy_check_packet(Acc, Session, #presence{type = Type, to = To}, out)
  when Type =:= available; Type =:= unavailable ->
    case site_invisible:is_marked(Session) andalso not same_account(jid_of(Session), To) of
        true -> {stop, deny};
        false -> Acc
    end;
privacy_check_packet(Acc, _Session, _Packet, _Direction) ->
    Acc.

%% For a new friend. It would be denied, and the client told so.
-spec c2s_handle_info(c2s(), term()) -> c2s() | {stop, c2s()}.
c2s_handle_info(#{invisible := true, jid := Jid} = State, {resend_presence, #jid{} = To}) ->
    case same_account(Jid, To) of
        true -> State;
        false -> {stop, State}
    end;
c2s_handle_info(State, _Info) ->
    State.

-spec c2s_copy_session(c2s(), c2s()) -> c2s().
c2s_copy_session(State, #{invisible := true}) ->
    State#{invisible => true};
c2s_copy_session(State, _Old) ->
    State.

-spec c2s_session_resumed(c2s()) -> c2s().
c2s_session_resumed(#{invisible := true} = State) ->
    site_invisible:mark(State);
c2s_session_resumed(State) ->
    State.

%% Without presence, the end is no last activity: friends have seen it before, or never.
-spec c2s_terminated(c2s(), term()) -> c2s().
c2s_terminated(#{invisible := true} = State, _Reason) ->
    maps:remove(pres_last, State);
c2s_terminated(State, _Reason) ->
    State.

-spec unset_presence(binary(), binary(), binary(), binary()) -> ok | stop.
unset_presence(User, Host, Resource, _Status) ->
    case site_invisible:is_marked(jid:make(User, Host, Resource)) of
        true -> stop;
        false -> ok
    end.

%%% What others ask

-spec sm_receive_packet(stanza() | drop) -> stanza() | drop | {stop, drop}.
sm_receive_packet(#iq{type = get, from = From, to = #jid{lresource = <<>>} = To} = IQ) ->
    case not same_account(From, To) andalso xmpp:has_subtag(IQ, #last{}) andalso site_invisible:is_hidden(To) of
        true -> ejabberd_router:route(last_activity(IQ, To)), {stop, drop};
        false -> IQ
    end;
sm_receive_packet(#iq{type = Type, from = From, to = To} = IQ) when Type =:= get; Type =:= set ->
    bounce_to_invisible(IQ, From, To);
sm_receive_packet(#message{type = groupchat, from = From, to = To} = Message) ->
    bounce_to_invisible(Message, From, To);
sm_receive_packet(Acc) ->
    Acc.

-spec disco_sm_items(Acc, jid(), jid(), binary(), binary()) -> Acc
              when Acc :: {result, [disco_item()]} | {error, stanza_error()} | empty.
disco_sm_items({result, Items}, From, To, <<>>, _Lang) ->
    {result, [Item || #disco_item{jid = Jid} = Item <- Items,
                      same_account(From, To) orelse not site_invisible:is_marked(Jid)]};
disco_sm_items(Acc, _From, _To, _Node, _Lang) ->
    Acc.

-spec disco_local_features(Acc, jid(), jid(), binary(), binary()) -> Acc
              when Acc :: {result, [binary()]} | {error, stanza_error()} | empty.
disco_local_features({error, _} = Acc, _From, _To, _Node, _Lang) -> Acc;
disco_local_features({result, Features}, _From, _To, <<>>, _Lang) -> {result, [?NS_INVISIBLE | Features]};
disco_local_features(empty, _From, _To, <<>>, _Lang) -> {result, [?NS_INVISIBLE]};
disco_local_features(Acc, _From, _To, _Node, _Lang) -> Acc.

%% A chat state, receipt or marker that nobody keeps. What has a body comes back, as nobody may lose it unawares.
-spec offline_message({any(), message()}) -> {any(), message()} | {stop, {any(), message()}}.
offline_message({bounce, #message{body = []}} = Acc) ->
    {stop, Acc};
offline_message(Acc) ->
    Acc.

%%% Internal functions

confirm(IQ, State) ->
    ejabberd_c2s:send(State, xmpp:make_iq_result(IQ)).

hide(#{invisible := true} = State) ->
    State;
hide(State) ->
    is_map_key(pres_last, State) andalso leave(State),
    site_invisible:mark(State).

show(#{invisible := true} = State) ->
    Visible = site_invisible:unmark(State),
    ejabberd_c2s:resend_presence(self()),
    Visible;
show(State) ->
    State.

%% For friends this is the end of the session.
leave(#{jid := #jid{luser = User, lserver = Host} = Jid, pres_a := Directed} = State) ->
    Friends = [jid:tolower(Friend) || #roster_item{jid = Friend, subscription = Sub}
                                          <- ejabberd_hooks:run_fold(roster_get, Host, [], [{User, Host}]),
                                      Sub =:= both orelse Sub =:= from],
    lists:foreach(fun(To) -> send_out(State, #presence{type = unavailable, from = Jid, to = jid:make(To)}) end,
                  lists:usort(Friends ++ gb_sets:to_list(Directed))),
    gen_mod:is_loaded(Host, mod_last)
        andalso mod_last:store_last_info(User, Host, erlang:system_time(second), <<>>).

send_out(#{lserver := Host} = State, Presence) ->
    case ejabberd_hooks:run_fold(privacy_check_packet, Host, allow, [State, Presence, out]) of
        allow -> ejabberd_router:route(Presence);
        deny -> ok
    end.

bounce_to_invisible(Packet, From, To) ->
    case not same_account(From, To) andalso site_invisible:is_marked(To) of
        true ->
            ejabberd_router:route_error(Packet, xmpp:err_service_unavailable(?NOT_FOUND, xmpp:get_lang(Packet))),
            {stop, drop};
        false ->
            Packet
    end.

%% mod_last says 0 seconds when there is any session; its refusals stay.
last_activity(IQ, #jid{luser = User, lserver = Host}) ->
    Answer = mod_last:process_sm_iq(IQ),
    case Answer of
        #iq{type = result} -> was_last_here(IQ, mod_last:get_last_info(User, Host));
        _ -> Answer
    end.

was_last_here(IQ, {ok, Stamp, Status}) ->
    xmpp:make_iq_result(IQ, #last{seconds = erlang:system_time(second) - Stamp, status = Status});
was_last_here(IQ, not_found) ->
    xmpp:make_error(IQ, xmpp:err_service_unavailable(<<"No info about last activity found">>, xmpp:get_lang(IQ))).

jid_of(#jid{} = Jid) -> Jid;
jid_of(#{jid := Jid}) -> Jid.

same_account(#jid{luser = User, lserver = Host}, #jid{luser = User, lserver = Host}) ->
    true;
same_account(_, _) ->
    false.
