%%% What is known of the two copies of a message on its way: the one in its sender's archive, and the receiver's.
%%%
%%% It stands in the message's meta, as mod_archive_site reads it:
%%%   stanza_id   the id of the sender's copy (mod_mam's word), with in_archive when it is stored already
%%%   copy        {User, Id, new | stored | delivered}: the receiver's; without it there is to be none
-module(site_copies).

-export([look_up/2, own/3, is_own_stored/1, are_whole/1, rows_of_receiver/2]).

-include_lib("xmpp/include/xmpp.hrl").

-type copy() :: new | stored | delivered.

%% WantsCopy: is the receiver to have one? Of a message that may have been sent before, the archives are asked.
-spec look_up(message(), boolean()) -> message() | no_answer.
look_up(#message{to = To, meta = #{again := {Since, OriginId}}, from = From} = Message, WantsCopy) ->
    site_sends:claim(site_sends:key(Message)), % an original may come while the archives are asked
    OfReceiver = fun() -> WantsCopy andalso site_archive:find(To, From, From, Since, OriginId) end,
    case own(Message, Since, OriginId) of
        {found, Id} ->
            Known = xmpp:put_meta(xmpp:put_meta(Message, stanza_id, Id), in_archive, true),
            with_copy(Known, OfReceiver());
        not_found ->
            with_copy(Message, OfReceiver());
        no_answer ->
            no_answer
    end;
look_up(Message, WantsCopy) ->
    with_copy(Message, WantsCopy andalso not_found).

%% The copy in the sender's archive. What may still be stored can't be said yet.
-spec own(message(), erlang:timestamp(), binary()) -> {found, pos_integer()} | not_found | no_answer.
own(#message{from = From, to = To} = Message, Since, OriginId) ->
    case site_sends:is_storing(site_sends:key(Message)) of
        true -> no_answer;
        false -> site_archive:find(From, To, From, Since, OriginId)
    end.

-spec is_own_stored(message()) -> boolean().
is_own_stored(Message) ->
    xmpp:get_meta(Message, in_archive, false).

%% Both archives have it, as far as both are to.
-spec are_whole(message()) -> boolean().
are_whole(Message) ->
    is_own_stored(Message) andalso rows_of_receiver(Message, send) =:= [].

-spec rows_of_receiver(message(), send | recv) -> [site_archive:row()].
rows_of_receiver(#message{from = From, meta = #{copy := {User, Id, new}}}, send) ->
    [{User, From, recv, Id}];
rows_of_receiver(_Message, _Dir) ->
    [].

with_copy(Message, false) ->
    Message;
with_copy(Message, not_found) ->
    put_copy(Message, erlang:system_time(microsecond), new); % as mod_mam makes its ids
with_copy(Message, {found, Id}) ->
    case site_sends:was_delivered(site_sends:key(Message)) of
        true -> put_copy(Message, Id, delivered);
        false -> put_copy(Message, Id, stored)
    end;
with_copy(_Message, no_answer) ->
    no_answer.

-spec put_copy(message(), pos_integer(), copy()) -> message().
put_copy(#message{to = #jid{luser = User}} = Message, Id, What) ->
    xmpp:put_meta(Message, copy, {User, Id, What}).
