%%% What mod_mam leaves open for who sends:
%%%
%%% - a message with a body that could not be archived is refused, and goes nowhere;
%%% - who asks with `<tell xmlns='urn:im-bridge:archived:0'/>` in a message is told the id
%%%   of their own archived copy, by a headline from their own bare address, on the same
%%%   stream and before the acknowledgement:
%%%     <archived xmlns='urn:im-bridge:archived:0' id='1700000000000000' origin-id='...'
%%%               stamp='2023-11-14T22:13:20.000Z'/>
%%%
%%% mod_mam 23.01 to 26.07 takes a failed insert for success, so the insert is done here,
%%% by mod_mam's own back end, and its result is looked at.
-module(mod_archive_site).

-behaviour(gen_mod).

%% gen_mod callbacks
-export([start/2, stop/1, reload/3, depends/2, mod_options/1, mod_doc/0]).
%% Hook handlers
-export([note_question/1, store/7, store/8, answer/1]).

-include_lib("xmpp/include/xmpp.hrl").
-include("logger.hrl").

-define(NS_ARCHIVED, <<"urn:im-bridge:archived:0">>).
-define(NOT_STORED, <<"The message could not be stored; try again later">>).

-type c2s() :: ejabberd_c2s:state().

%%% gen_mod callbacks

%% 88.5 is after mod_mam (88) and before mod_carboncopy (89): a refused message must leave
%% no copy with the sender's other devices either. The hooks are kept in the order of terms.
hooks() ->
    [{user_send_packet, note_question, 20},
     {user_send_packet, answer, 88.5},
     {store_mam_message, store, 50}]. % mod_mam 100

-spec start(binary(), gen_mod:opts()) -> ok.
start(Host, _Opts) ->
    [ejabberd_hooks:add(Hook, Host, ?MODULE, Fun, Seq) || {Hook, Fun, Seq} <- hooks()],
    ok.

-spec stop(binary()) -> ok.
stop(Host) ->
    [ejabberd_hooks:delete(Hook, Host, ?MODULE, Fun, Seq) || {Hook, Fun, Seq} <- hooks()],
    ok.

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
    #{desc => "Tells senders the archive id of their message, and refuses what was not archived."}.

%%% Hook handlers

%% Nothing in our namespace goes on to the receiver, who could take it for the server's.
-spec note_question({stanza() | drop, c2s()}) -> {stanza() | drop, c2s()}.
note_question({#message{sub_els = Els} = Message, State} = Acc) ->
    case lists:partition(fun(El) -> xmpp:get_ns(El) =:= ?NS_ARCHIVED end, Els) of
        {[], _} -> Acc;
        {_, Others} -> {xmpp:put_meta(Message#message{sub_els = Others}, tell_archived, true), State}
    end;
note_question(Acc) ->
    Acc.

%% COMPAT: the hook has an eighth argument from 26.03 on; true is a copy in a room's archive.
-spec store(message() | any(), binary(), binary(), jid(), binary(), chat | groupchat, recv | send,
            boolean()) -> any().
store(Acc, _User, _Host, _Peer, _Nick, _Type, _Dir, true) ->
    Acc;
store(Acc, User, Host, Peer, Nick, Type, Dir, false) ->
    store(Acc, User, Host, Peer, Nick, Type, Dir).

-spec store(message() | any(), binary(), binary(), jid(), binary(), chat | groupchat, recv | send) -> any().
store(#message{meta = #{stanza_id := Id}} = Message, User, Host, Peer, Nick, chat, Dir) ->
    Args = [xmpp:encode(Message), Host, {User, Host}, chat, Peer, Nick, Dir, Id | later_args(Message)],
    case apply(gen_mod:db_mod(Host, mod_mam), store, Args) of
        ok ->
            {stop, Message};
        Fault ->
            ?ERROR_MSG("Message ~B of ~ts@~ts was not archived: ~p", [Id, User, Host, Fault]),
            {stop, not_archived}
    end;
store(Acc, _User, _Host, _Peer, _Nick, _Type, _Dir) ->
    Acc.

-spec answer({stanza() | drop, c2s()}) -> {stanza() | drop, c2s()} | {stop, {drop, c2s()}}.
answer({#message{meta = #{mam_archived := true, tell_archived := true, stanza_id := Id}} = Message,
        #{jid := Jid} = State}) ->
    {Message, ejabberd_c2s:send(State, told(Id, Message, Jid))};
answer({#message{meta = #{mam_archived := true}}, _State} = Acc) ->
    Acc;
answer({#message{} = Message, State} = Acc) ->
    case belongs_in_archive(Message) of
        true ->
            Error = xmpp:err_resource_constraint(?NOT_STORED, xmpp:get_lang(Message)),
            {stop, {drop, ejabberd_c2s:send(State, xmpp:make_error(Message, Error))}};
        false ->
            Acc
    end;
answer(Acc) ->
    Acc.

%%% Internal functions

told(Id, Message, Jid) ->
    Told = #xmlel{name = <<"archived">>,
                  attrs = [{<<"xmlns">>, ?NS_ARCHIVED},
                           {<<"id">>, integer_to_binary(Id)},
                           {<<"origin-id">>, origin_id(Message)},
                           {<<"stamp">>, stamp(Id)}]},
    #message{type = headline, from = jid:remove_resource(Jid), to = Jid, sub_els = [Told]}.

%% mod_mam's ids are the time in microseconds.
stamp(Id) ->
    list_to_binary(calendar:system_time_to_rfc3339(Id div 1000, [{unit, millisecond}, {offset, "Z"}])).

origin_id(#message{id = Id} = Message) ->
    case xmpp:get_subtag(Message, #origin_id{}) of
        #origin_id{id = OriginId} -> OriginId;
        false -> Id
    end.

%% As mod_mam's should_archive/2, for what people write to one another.
belongs_in_archive(#message{type = Type, body = Body} = Message) ->
    (Type =:= chat orelse Type =:= normal) andalso xmpp:get_text(Body) =/= <<>>
        andalso not lists:any(fun(Hint) -> xmpp:has_subtag(Message, #hint{type = Hint}) end,
                              ['no-store', 'no-storage', 'no-permanent-store', 'no-permanent-storage']).

%% COMPAT: from 24.02 on, back ends take the origin id, and the one that a message retracts (XEP-0424).
-ifdef(NS_MESSAGE_RETRACT).
later_args(Message) ->
    Retracted = case xmpp:get_subtag(Message, #message_retract{}) of
                    #message_retract{id = Id} when Id =/= <<>> -> {true, Id};
                    _ -> false
                end,
    [origin_id(Message), Retracted].
-else.
later_args(_Message) ->
    [].
-endif.
