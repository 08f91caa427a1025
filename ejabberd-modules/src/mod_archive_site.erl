%%% What mod_mam leaves open for who sends:
%%%
%%% - a message with a body stands in the archives of both, sender and receiver, before it goes
%%%   out, or it is refused, stands in neither, and goes nowhere. The receiver's clients get it
%%%   with the id that it has in the receiver's archive (XEP-0359), never without.
%%%   mod_mam itself stores the receiver's copy when it arrives, and delivers without an id what
%%%   it could not store: then the sender has been told that all is well. mod_mam goes on to
%%%   store what does not come from a stream of this domain, such as the notices of ejabberdctl;
%%%
%%% - who asks with `<tell/>` (site_archived) is told the id of their own archived copy, on the
%%%   same stream and before the acknowledgement;
%%%
%%% - who says with it that the message may have been sent before, with the same origin-id
%%%   (XEP-0359): a copy that an archive has stays the only one, with its id; the one that is
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
-module(mod_archive_site).

-behaviour(gen_mod).

%% gen_mod callbacks
-export([start/2, stop/1, reload/3, depends/2, mod_options/1, mod_doc/0]).
%% Hook handlers
-export([tell_former/1, note_question/1, look_up/1, store/7, store/8, answer/1, deliver/1]).

-include_lib("xmpp/include/xmpp.hrl").
-include("logger.hrl").

-define(NOT_STORED, <<"The message could not be stored; try again later">>).
-define(NOT_REPEATABLE, <<"A repeated message needs its origin-id, and since when it may be known">>).

-type c2s() :: ejabberd_c2s:state().

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
            site_statements:hide(),
            [ejabberd_hooks:add(Hook, Host, ?MODULE, Fun, Seq) || {Hook, Fun, Seq} <- hooks()],
            ok
    end.

-spec stop(binary()) -> any().
stop(Host) ->
    [ejabberd_hooks:delete(Hook, Host, ?MODULE, Fun, Seq) || {Hook, Fun, Seq} <- hooks()],
    _ = gen_mod:is_loaded_elsewhere(Host, ?MODULE) orelse site_statements:show(),
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
    case site_archived:again(site_archived:questions(Message), Message) of
        {Since, OriginId} ->
            case not is_friend(From, To) andalso site_copies:own(Message, Since, OriginId) of
                {found, Id} ->
                    Known = xmpp:put_meta(xmpp:put_meta(Message, tell_archived, true), stanza_id, Id),
                    {stop, {drop, site_archived:tell(Known, State)}};
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
    case site_archived:questions(Message) of
        [] -> Acc;
        Asked ->
            Asking = xmpp:put_meta(Message#message{sub_els = Els -- Asked}, tell_archived, true),
            note_again(site_archived:again(Asked, Message), Asking, State)
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
            case site_copies:look_up(Message, wants_copy(Message, State)) of
                no_answer ->
                    site_sends:give_up(Key),
                    {stop, {drop, refuse(Message, State)}};
                Ready ->
                    site_copies:are_whole(Ready) orelse site_sends:storing(Key),
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
    Own = [{User, Peer, Dir, Id} || not site_copies:is_own_stored(Message)],
    case site_archive:store(Host, Message, Own ++ site_copies:rows_of_receiver(Message, Dir)) of
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
    {Message, site_archived:tell(Message, State)};
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

refuse(Message, State) ->
    Error = xmpp:err_resource_constraint(?NOT_STORED, xmpp:get_lang(Message)),
    ejabberd_c2s:send(State, xmpp:make_error(Message, Error)).
