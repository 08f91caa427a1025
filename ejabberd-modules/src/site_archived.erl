%%% What a sender asks of the archive, and is told (urn:im-bridge:archived:0):
%%%
%%% - `<tell xmlns='urn:im-bridge:archived:0'/>` in a message asks for the id of the own archived
%%%   copy. The answer is a headline from the own bare address:
%%%     <archived xmlns='urn:im-bridge:archived:0' id='1700000000000000' origin-id='...'
%%%               stamp='2023-11-14T22:13:20.000Z'/>
%%%
%%% - `again='true' since='2023-11-14T22:13:20Z'` in `<tell/>` says that the message may have been
%%%   sent before, not earlier than that, with the same origin-id (XEP-0359).
-module(site_archived).

-export([questions/1, again/2, tell/2]).

-include_lib("xmpp/include/xmpp.hrl").

-define(NS_ARCHIVED, <<"urn:im-bridge:archived:0">>).

%% What the sender asks us: it goes on to nobody.
-spec questions(message()) -> [xmlel()].
questions(#message{sub_els = Els}) ->
    [El || El <- Els, xmpp:get_ns(El) =:= ?NS_ARCHIVED].

%% May it have been sent before: not earlier than when, and with which origin-id?
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

-spec tell(message(), ejabberd_c2s:state()) -> ejabberd_c2s:state().
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
