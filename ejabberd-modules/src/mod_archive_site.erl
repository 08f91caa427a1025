%%% What mod_mam leaves open for who sends:
%%%
%%% - a message with a body stands in the archives of both, sender and receiver, before it goes
%%%   out, or it is refused, stands in neither, and goes nowhere. The receiver's clients get it
%%%   with the id that it has in the receiver's archive (XEP-0359), never without.
%%%   mod_mam itself stores the receiver's copy when it arrives, and delivers without an id what
%%%   it could not store: then the sender has been told that all is well. mod_mam goes on to
%%%   store what does not come from a stream of this domain, such as the notices of ejabberdctl;
%%%
%%% - who asks with `<tell xmlns='urn:im-bridge:archived:0'/>` in a message is told the id
%%%   of their own archived copy, by a headline from their own bare address, on the same
%%%   stream and before the acknowledgement:
%%%     <archived xmlns='urn:im-bridge:archived:0' id='1700000000000000' origin-id='...'
%%%               stamp='2023-11-14T22:13:20.000Z'/>
%%%
%%% - who asks with `again='true' since='2023-11-14T22:13:20Z'` in `<tell/>` says that the
%%%   message may have been sent before, not earlier than that, with the same origin-id
%%%   (XEP-0359). A copy that an archive has stays the only one, with its id; the one that is
%%%   missing is made. It goes out unless it is known to have gone out, else with the id that it
%%%   had. While the first may still be stored, it is refused for now. Where the friendship has
%%%   ended in between, it is told as what it is, stored, and goes out no more;
%%%
%%% - the same holds for a message with `<tell/>` and an origin-id that does not say so, where its
%%%   repetition is known to be stored or to have gone out: a stream that hung is resumed (XEP-0198),
%%%   and brings the original behind it;
%%%
%%% - what went out is known to this node alone, for 15 minutes, until ejabberd is restarted, and
%%%   within the bounds of site_sends. Beyond that a repetition may be seen twice, with one id; and
%%%   an original behind its repetition is a message of its own.
%%%
%%% ejabberd_sql logs the text of a failed statement, and with it what people wrote: a filter
%%% takes it out. The place in the source and the fault stay in the log.
-module(mod_archive_site).

-behaviour(gen_mod).

%% gen_mod callbacks
-export([start/2, stop/1, reload/3, depends/2, mod_options/1, mod_doc/0]).
%% Hook handlers
-export([tell_former/1, note_question/1, look_up/1, store/7, store/8, answer/1, deliver/1]).
%% Filter of the log
-export([hide_statement/2]).

-include_lib("xmpp/include/xmpp.hrl").
-include("logger.hrl").

-define(NS_ARCHIVED, <<"urn:im-bridge:archived:0">>).
-define(NOT_STORED, <<"The message could not be stored; try again later">>).
-define(NOT_REPEATABLE, <<"A repeated message needs its origin-id, and since when it may be known">>).

-type c2s() :: ejabberd_c2s:state().
%% What is known of the receiver's copy. A message on its way has it with the copy's owner and id.
-type copy() :: new | stored | delivered.

%%% gen_mod callbacks

%% 88.5 is after mod_mam (88) and before mod_carboncopy (89): a refused message must leave
%% no copy with the sender's other devices either. The hooks are kept in the order of terms.
hooks() ->
    [{user_send_packet, tell_former, 5}, % mod_filter_site 10
     {user_send_packet, note_question, 20},
     {user_send_packet, look_up, 87}, % mod_mam 88
     {user_send_packet, answer, 88.5},
     {sm_receive_packet, deliver, 60}, % mod_mam 50
     {store_mam_message, store, 50}]. % mod_mam 100

-spec start(binary(), gen_mod:opts()) -> ok | {error, any()}.
start(Host, Opts) ->
    case gen_mod:start_child(site_sends, Host, Opts) of
        {error, _} = Error ->
            Error;
        _ ->
            site_counts:start(Host),
            _ = logger:add_primary_filter(?MODULE, {fun ?MODULE:hide_statement/2, []}), % once for all hosts
            [ejabberd_hooks:add(Hook, Host, ?MODULE, Fun, Seq) || {Hook, Fun, Seq} <- hooks()],
            ok
    end.

-spec stop(binary()) -> any().
stop(Host) ->
    [ejabberd_hooks:delete(Hook, Host, ?MODULE, Fun, Seq) || {Hook, Fun, Seq} <- hooks()],
    _ = gen_mod:is_loaded_elsewhere(Host, ?MODULE) orelse logger:remove_primary_filter(?MODULE),
    gen_mod:stop_child(site_sends, Host).

-spec reload(binary(), gen_mod:opts(), gen_mod:opts()) -> ok.
reload(_Host, _NewOpts, _OldOpts) ->
    ok.

-spec depends(binary(), gen_mod:opts()) -> [{module(), hard | soft}].
depends(_Host, _Opts) ->
    [{mod_mam, hard}].

-spec mod_options(binary()) -> [].
mod_options(_Host) ->
    [].

-spec mod_doc() -> map().
mod_doc() ->
    #{desc => "Archives messages with sender and receiver at once, tells senders their id, refuses what was not archived."}.

%%% Hook handlers of who sends

%% Who was heard is not told that they were refused: the friendship can have ended since. What is in the archives of
%% both has been delivered, or is read there.
-spec tell_former({stanza() | drop, c2s()}) -> {stanza() | drop, c2s()} | {stop, {drop, c2s()}}.
tell_former({#message{from = From, to = #jid{luser = User} = To} = Message, State} = Acc) when User =/= <<>> ->
    case again(questions(Message), Message) of
        {Since, OriginId} ->
            case not is_friend(From, To) andalso found(Message, From, To, Since, OriginId) of
                {found, Id} ->
                    Known = xmpp:put_meta(xmpp:put_meta(Message, tell_archived, true), stanza_id, Id),
                    {stop, {drop, tell(Known, State)}};
                no_answer -> {stop, {drop, refuse(Message, State)}};
                _ -> Acc
            end;
        _ ->
            Acc
    end;
tell_former(Acc) ->
    Acc.

%% Nothing in our namespace goes on to the receiver, who could take it for the server's.
-spec note_question({stanza() | drop, c2s()}) ->
          {stanza() | drop, c2s()} | {stop, {drop, c2s()}}.
note_question({#message{sub_els = Els} = Message, State} = Acc) ->
    case questions(Message) of
        [] -> Acc;
        Asked ->
            Asking = xmpp:put_meta(Message#message{sub_els = Els -- Asked}, tell_archived, true),
            note_again(again(Asked, Message), Asking, State)
    end;
note_question(Acc) ->
    Acc.

note_again(none, Message, State) ->
    {Message, State};
note_again({_Since, _OriginId} = Again, Message, State) ->
    {xmpp:put_meta(Message, again, Again), State};
note_again(invalid, Message, State) ->
    Error = xmpp:err_bad_request(?NOT_REPEATABLE, xmpp:get_lang(Message)),
    {stop, {drop, ejabberd_c2s:send(State, xmpp:make_error(Message, Error))}}.

%% An archive that does not answer now could not take the message either.
-spec look_up({stanza() | drop, c2s()}) -> {stanza() | drop, c2s()} | {stop, {drop, c2s()}}.
look_up({#message{} = Message, State} = Acc) ->
    case site_archive:belongs(Message) of
        false ->
            Acc;
        true ->
            Key = site_sends:key(Message),
            case looked_up(Message, wants_copy(Message, State), Key) of
                no_answer ->
                    site_sends:give_up(Key),
                    {stop, {drop, refuse(Message, State)}};
                Ready ->
                    is_whole(Ready) orelse site_sends:storing(Key),
                    {Ready, State}
            end
    end;
look_up(Acc) ->
    Acc.

%% COMPAT: the hook has an eighth argument from 26.03 on; true is a copy in a room's archive.
-spec store(message() | any(), binary(), binary(), jid(), binary(), chat | groupchat, recv | send,
            boolean()) -> any().
store(Acc, _User, _Host, _Peer, _Nick, _Type, _Dir, true) ->
    Acc;
store(Acc, User, Host, Peer, Nick, Type, Dir, false) ->
    store(Acc, User, Host, Peer, Nick, Type, Dir).

-spec store(message() | any(), binary(), binary(), jid(), binary(), chat | groupchat, recv | send) -> any().
store(#message{meta = #{stanza_id := Id}} = Message, User, Host, Peer, _Nick, chat, Dir) ->
    Own = [{User, Peer, Dir, Id} || not is_in_archive(Message)],
    case site_archive:store(Host, Message, Own ++ rows_of_receiver(Message, Dir)) of
        ok ->
            {stop, Message};
        {error, Fault} ->
            ?ERROR_MSG("Message ~B of ~ts@~ts was not archived: ~ts", [Id, User, Host, told(Fault)]),
            {stop, not_archived}
    end;
store(Acc, _User, _Host, _Peer, _Nick, _Type, _Dir) ->
    Acc.

%% The database may quote what it refused: of its words, which ejabberd_sql has logged by its own rules, the SQLSTATE.
%% COMPAT: from 23.10 on statements are prepared, and of these the driver gives the words without it.
told(<<"#", State:5/binary, _/binary>>) -> State;
told(Fault) when is_atom(Fault) -> Fault;
told(_Fault) -> fault.

-spec answer({stanza() | drop, c2s()}) -> {stanza() | drop, c2s()} | {stop, {drop, c2s()}}.
answer({#message{meta = #{mam_archived := true} = Meta} = Message, State}) ->
    is_map_key(copy, Meta) orelse site_sends:forget(site_sends:key(Message)), % else it is told by deliver/1
    {Message, tell(Message, State)};
answer({#message{} = Message, State} = Acc) ->
    case site_archive:belongs(Message) of
        true ->
            site_sends:forget(site_sends:key(Message)),
            {stop, {drop, refuse(Message, State)}};
        false ->
            Acc
    end;
answer(Acc) ->
    Acc.

%%% Hook handler of who receives

%% Runs in the sender's process, before the message is with any client or the offline store. mod_mam has given it
%% an id, and leaves alone what bears one that is stored. An error that comes back has our mark as well.
-spec deliver(stanza() | drop) -> stanza() | drop | {stop, drop}.
deliver(#message{type = Type, to = #jid{luser = User}, meta = #{copy := {User, _, delivered}}} = Message)
  when Type =/= error ->
    site_sends:delivered(site_sends:key(Message)),
    {stop, drop};
deliver(#message{type = Type, to = #jid{luser = User} = To, meta = #{copy := {User, Id, _}}} = Message)
  when Type =/= error ->
    site_sends:delivered(site_sends:key(Message)),
    By = jid:make(To#jid.luser, To#jid.lserver), % as the account is called, however the sender wrote it
    Ids = [#mam_archived{by = By, id = integer_to_binary(Id)}, #stanza_id{by = By, id = integer_to_binary(Id)}],
    Stored = xmpp:set_els(Message, Ids ++ xmpp:get_els(Message)),
    lists:foldl(fun({Name, Value}, Acc) -> xmpp:put_meta(Acc, Name, Value) end, xmpp:del_meta(Stored, copy),
                [{stanza_id, Id}, {mam_archived, true}]);
deliver(Acc) ->
    Acc.

%%% Filter of the log

-spec hide_statement(logger:log_event(), any()) -> logger:log_event() | ignore.
hide_statement(#{msg := {"SQL query " ++ _, [_Statement, Fault]}, meta := #{mfa := {ejabberd_sql, _, _}}} = Event,
               _Extra) ->
    Event#{msg := {"SQL query failed: ~p", [Fault]}};
hide_statement(_Event, _Extra) ->
    ignore.

%%% Internal functions

%% A message that was refused by a privacy list goes nowhere, but for the sender's archive; mod_offline
%% looks for the account when nobody is there. Staff may write to accounts that are none.
wants_copy(#message{from = From, to = #jid{luser = User, lserver = Host} = To} = Message, #{lserver := Host} = State)
  when User =/= <<>> ->
    From#jid.luser =/= User
        andalso allows(Host, State, Message, out)
        andalso allows(Host, To, Message, in)
        andalso (is_friend(From, To) orelse ejabberd_auth:user_exists(User, Host));
wants_copy(_Message, _State) ->
    false.

allows(Host, Whom, Message, Direction) ->
    ejabberd_hooks:run_fold(privacy_check_packet, Host, allow, [Whom, Message, Direction]) =:= allow.

is_friend(#jid{luser = User, lserver = Host}, #jid{luser = Peer, lserver = PeerHost}) ->
    is_tuple(site_friends:find(User, Host, {Peer, PeerHost})).

looked_up(#message{to = To, meta = #{again := {Since, OriginId}}, from = From} = Message, WantsCopy, Key) ->
    site_sends:claim(Key), % an original may come while the archives are asked
    OfReceiver = fun() -> WantsCopy andalso site_archive:find(To, From, From, Since, OriginId) end,
    case found(Message, From, To, Since, OriginId) of
        {found, Id} ->
            Known = xmpp:put_meta(xmpp:put_meta(Message, stanza_id, Id), in_archive, true),
            with_copy(Known, OfReceiver(), Key);
        not_found ->
            with_copy(Message, OfReceiver(), Key);
        no_answer ->
            no_answer
    end;
looked_up(Message, WantsCopy, Key) ->
    with_copy(Message, WantsCopy andalso not_found, Key).

%% In the sender's archive. What may still be stored can't be said yet.
found(Message, From, To, Since, OriginId) ->
    case site_sends:is_storing(site_sends:key(Message)) of
        true -> no_answer;
        false -> site_archive:find(From, To, From, Since, OriginId)
    end.

with_copy(Message, false, _Key) ->
    Message;
with_copy(Message, not_found, _Key) ->
    put_copy(Message, erlang:system_time(microsecond), new); % as mod_mam makes its ids
with_copy(Message, {found, Id}, Key) ->
    case site_sends:was_delivered(Key) of
        true -> put_copy(Message, Id, delivered);
        false -> put_copy(Message, Id, stored)
    end;
with_copy(_Message, no_answer, _Key) ->
    no_answer.

-spec put_copy(message(), pos_integer(), copy()) -> message().
put_copy(#message{to = #jid{luser = User}} = Message, Id, What) ->
    xmpp:put_meta(Message, copy, {User, Id, What}).

is_in_archive(Message) ->
    xmpp:get_meta(Message, in_archive, false).

%% Both archives have it, as far as both are to.
is_whole(Message) ->
    is_in_archive(Message) andalso rows_of_receiver(Message, send) =:= [].

-spec rows_of_receiver(message(), send | recv) -> [site_archive:row()].
rows_of_receiver(#message{from = From, meta = #{copy := {User, Id, new}}}, send) ->
    [{User, From, recv, Id}];
rows_of_receiver(_Message, _Dir) ->
    [].

refuse(Message, State) ->
    Error = xmpp:err_resource_constraint(?NOT_STORED, xmpp:get_lang(Message)),
    ejabberd_c2s:send(State, xmpp:make_error(Message, Error)).

%% What the sender asks us.
questions(#message{sub_els = Els}) ->
    [El || El <- Els, xmpp:get_ns(El) =:= ?NS_ARCHIVED].

-spec again([xmlel()], message()) -> none | invalid | {erlang:timestamp(), binary()}.
again([], _Message) ->
    none;
again(Asked, Message) ->
    case [El || El <- Asked, lists:member(fxml:get_tag_attr_s(<<"again">>, El), [<<"true">>, <<"1">>])] of
        [] ->
            overtaken(Message);
        [El | _] ->
            case {since(fxml:get_tag_attr_s(<<"since">>, El)), xmpp:get_subtag(Message, #origin_id{})} of
                {{_, _, _} = Since, #origin_id{id = OriginId}} when OriginId =/= <<>> -> {Since, OriginId};
                _ -> invalid
            end
    end.

%% An original that its repetition has overtaken: a stream that hung is resumed (XEP-0198, section 5), and the client
%% resends what it had sent on it, while it has repeated it on another stream already.
overtaken(Message) ->
    case site_sends:known_since(site_sends:key(Message)) of
        never -> none;
        Since -> {Since, site_archive:origin_id(Message)}
    end.

since(Stamp) ->
    try xmpp_util:decode_timestamp(Stamp)
    catch _:_ -> invalid
    end.

tell(#message{meta = #{tell_archived := true, stanza_id := Id}} = Message, #{jid := Jid} = State) ->
    ejabberd_c2s:send(State, told(Id, Message, Jid));
tell(_Message, State) ->
    State.

told(Id, Message, Jid) ->
    Told = #xmlel{name = <<"archived">>,
                  attrs = [{<<"xmlns">>, ?NS_ARCHIVED},
                           {<<"id">>, integer_to_binary(Id)},
                           {<<"origin-id">>, site_archive:origin_id(Message)},
                           {<<"stamp">>, stamp(Id)}]},
    #message{type = headline, from = jid:remove_resource(Jid), to = Jid, sub_els = [Told]}.

%% mod_mam's ids are the time in microseconds.
stamp(Id) ->
    list_to_binary(calendar:system_time_to_rfc3339(Id div 1000, [{unit, millisecond}, {offset, "Z"}])).
