%%% What mod_mam leaves open for who sends:
%%%
%%% - a message with a body that could not be archived is refused, and goes nowhere;
%%% - who asks with `<tell xmlns='urn:im-bridge:archived:0'/>` in a message is told the id
%%%   of their own archived copy, by a headline from their own bare address, on the same
%%%   stream and before the acknowledgement:
%%%     <archived xmlns='urn:im-bridge:archived:0' id='1700000000000000' origin-id='...'
%%%               stamp='2023-11-14T22:13:20.000Z'/>
%%%
%%% - who asks with `again='true' since='2023-11-14T22:13:20Z'` in `<tell/>` says that the
%%%   message may have been sent before, not earlier than that, with the same origin-id
%%%   (XEP-0359). A copy that the sender's archive has stays the only one, and its id is
%%%   told; but the message goes out again, as a stored one may never have been routed.
%%%   It ends at the receiver's archive if that has it already: who was not told whether
%%%   a message went out can repeat it, and it is neither lost nor seen twice.
%%%
%%% mod_mam 23.01 to 26.07 takes a failed insert for success, so the insert is done here,
%%% by mod_mam's own back end, and its result is looked at.
%%%
%%% ejabberd_sql logs the text of a failed statement, and with it what people wrote: a filter
%%% takes it out. The place in the source and the fault stay in the log.
-module(mod_archive_site).

-behaviour(gen_mod).

%% gen_mod callbacks
-export([start/2, stop/1, reload/3, depends/2, mod_options/1, mod_doc/0]).
%% Hook handlers
-export([note_question/1, store/7, store/8, answer/1, drop_known/1]).
%% Filter of the log
-export([hide_statement/2]).

-include_lib("xmpp/include/xmpp.hrl").
-include("logger.hrl").

-define(NS_ARCHIVED, <<"urn:im-bridge:archived:0">>).
-define(NOT_STORED, <<"The message could not be stored; try again later">>).
-define(NOT_REPEATABLE, <<"A repeated message needs its origin-id, and since when it may be known">>).
%% What is looked through for a repeated message: of one peer, from the given time on.
-define(PAGE, 250).
-define(PAGES, 8).

-type c2s() :: ejabberd_c2s:state().

%%% gen_mod callbacks

%% 88.5 is after mod_mam (88) and before mod_carboncopy (89): a refused message must leave
%% no copy with the sender's other devices either. The hooks are kept in the order of terms.
hooks() ->
    [{user_send_packet, note_question, 20},
     {user_send_packet, answer, 88.5},
     {sm_receive_packet, drop_known, 20}, % mod_filter_site 10, mod_mam 50
     {store_mam_message, store, 50}]. % mod_mam 100

-spec start(binary(), gen_mod:opts()) -> ok.
start(Host, _Opts) ->
    _ = logger:add_primary_filter(?MODULE, {fun ?MODULE:hide_statement/2, []}), % once for all hosts
    [ejabberd_hooks:add(Hook, Host, ?MODULE, Fun, Seq) || {Hook, Fun, Seq} <- hooks()],
    ok.

-spec stop(binary()) -> ok.
stop(Host) ->
    [ejabberd_hooks:delete(Hook, Host, ?MODULE, Fun, Seq) || {Hook, Fun, Seq} <- hooks()],
    _ = gen_mod:is_loaded_elsewhere(Host, ?MODULE) orelse logger:remove_primary_filter(?MODULE),
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
-spec note_question({stanza() | drop, c2s()}) ->
          {stanza() | drop, c2s()} | {stop, {drop, c2s()}}.
note_question({#message{sub_els = Els} = Message, State} = Acc) ->
    case lists:partition(fun(El) -> xmpp:get_ns(El) =:= ?NS_ARCHIVED end, Els) of
        {[], _} -> Acc;
        {Asked, Others} ->
            Asking = xmpp:put_meta(Message#message{sub_els = Others}, tell_archived, true),
            case lists:filter(fun is_again/1, Asked) of
                [] -> {Asking, State};
                [Again | _] -> note_again(fxml:get_tag_attr_s(<<"since">>, Again), Asking, State)
            end
    end;
note_question(Acc) ->
    Acc.

%% An archive that does not answer now could not take the message either.
note_again(Stamp, Message, #{jid := From} = State) ->
    case {since(Stamp), xmpp:get_subtag(Message, #origin_id{})} of
        {{_, _, _} = Since, #origin_id{id = OriginId}} when OriginId =/= <<>> ->
            Again = xmpp:put_meta(Message, again, {Since, OriginId}),
            case find(From, xmpp:get_to(Message), From, Since, OriginId) of
                {found, Id} ->
                    {xmpp:put_meta(xmpp:put_meta(Again, stanza_id, Id), in_archive, true), State};
                not_found ->
                    {Again, State};
                no_answer ->
                    {stop, {drop, refuse(Message, State)}}
            end;
        _ ->
            Error = xmpp:err_bad_request(?NOT_REPEATABLE, xmpp:get_lang(Message)),
            {stop, {drop, ejabberd_c2s:send(State, xmpp:make_error(Message, Error))}}
    end.

%% Runs in the sender's process, before the message is with any client or the offline store.
%% Without an answer it passes: twice is better than never. The mark goes, as mod_stream_mgmt
%% routes what a lost client did not acknowledge once more, from the archive on.
-spec drop_known(stanza() | drop) -> stanza() | drop | {stop, drop}.
drop_known(#message{meta = #{again := {Since, OriginId}}, from = From, to = To} = Message) ->
    case not same_account(From, To) andalso find(To, From, From, Since, OriginId) of
        {found, _Id} -> {stop, drop};
        _ -> xmpp:del_meta(Message, again)
    end;
drop_known(Acc) ->
    Acc.

%% COMPAT: the hook has an eighth argument from 26.03 on; true is a copy in a room's archive.
-spec store(message() | any(), binary(), binary(), jid(), binary(), chat | groupchat, recv | send,
            boolean()) -> any().
store(Acc, _User, _Host, _Peer, _Nick, _Type, _Dir, true) ->
    Acc;
store(Acc, User, Host, Peer, Nick, Type, Dir, false) ->
    store(Acc, User, Host, Peer, Nick, Type, Dir).

-spec store(message() | any(), binary(), binary(), jid(), binary(), chat | groupchat, recv | send) -> any().
store(#message{meta = #{in_archive := true}} = Message, _User, _Host, _Peer, _Nick, chat, send) ->
    {stop, Message};
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
            {stop, {drop, refuse(Message, State)}};
        false ->
            Acc
    end;
answer(Acc) ->
    Acc.

%%% Filter of the log

-spec hide_statement(logger:log_event(), any()) -> logger:log_event() | ignore.
hide_statement(#{msg := {"SQL query " ++ _, [_Statement, Fault]}, meta := #{mfa := {ejabberd_sql, _, _}}} = Event,
               _Extra) ->
    Event#{msg := {"SQL query failed: ~p", [Fault]}};
hide_statement(_Event, _Extra) ->
    ignore.

%%% Internal functions

refuse(Message, State) ->
    Error = xmpp:err_resource_constraint(?NOT_STORED, xmpp:get_lang(Message)),
    ejabberd_c2s:send(State, xmpp:make_error(Message, Error)).

is_again(El) ->
    lists:member(fxml:get_tag_attr_s(<<"again">>, El), [<<"true">>, <<"1">>]).

since(Stamp) ->
    try xmpp_util:decode_timestamp(Stamp)
    catch _:_ -> invalid
    end.

%% The id, in the archive of Owner, of what Sender wrote with this origin-id: the oldest is the first sent.
find(Owner, Peer, Sender, Since, OriginId) ->
    {LUser, LServer, _} = jid:tolower(Peer),
    Query = [{with, jid:make(LUser, LServer)}, {start, Since}],
    IsIt = fun(Message) ->
                   same_account(Message#message.from, Sender)
                       andalso xmpp:get_subtag(Message, #origin_id{}) =:= #origin_id{id = OriginId}
           end,
    find_in_page(jid:remove_resource(Owner), Query, #rsm_set{max = ?PAGE}, IsIt, ?PAGES).

find_in_page(_Owner, _Query, _Page, _IsIt, 0) ->
    not_found;
find_in_page(#jid{lserver = Host} = Owner, Query, Page, IsIt, Left) ->
    case mod_mam:select(Host, Owner, Owner, Query, Page, chat, only_messages) of
        {error, _} ->
            no_answer;
        {Entries, IsLast, _Count} ->
            case [Id || {_, Id, #forwarded{sub_els = [#message{} = Message]}} <- Entries, IsIt(Message)] of
                [Id | _] -> {found, Id};
                [] when IsLast -> not_found;
                [] when Entries =:= [] -> no_answer; % so mod_mam_sql has a fault of the database
                [] ->
                    {Last, _, _} = lists:last(Entries),
                    find_in_page(Owner, Query, Page#rsm_set{'after' = Last}, IsIt, Left - 1)
            end
    end.

same_account(#jid{luser = LUser, lserver = LServer}, #jid{luser = LUser, lserver = LServer}) ->
    true;
same_account(_, _) ->
    false.

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
