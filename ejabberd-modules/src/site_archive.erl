%%% The archive itself: mod_mam's own back end, whose results mod_mam does not look at.
%%%
%%% A message goes into the archives of both in one transaction: both have it, or neither. Nothing
%%% is left to repair, whatever dies when: MySQL takes back what was not committed. The COMMIT is
%%% only sent when there is time to wait for its answer, so that nothing is stored after it has
%%% been refused; what is left is a COMMIT that MySQL has, and is killed or stalled over.
-module(site_archive).

-export([store/3, find/5, belongs/1, origin_id/1]).

-export_type([row/0]).

-include_lib("xmpp/include/xmpp.hrl").

%% What is looked through for a message: of one peer, from the given time on.
-define(PAGE, 250).
-define(PAGES, 8).
%% Milliseconds for the COMMIT.
-define(COMMIT, 5000).

%% Whose copy, with whom, which way, and its id: the time in microseconds.
-type row() :: {Owner :: binary(), Peer :: jid(), send | recv, Id :: pos_integer()}.

%% Blocks until the database has answered, or sql_query_timeout is over.
-spec store(binary(), message(), [row()]) -> ok | {error, any()}.
store(_Host, _Message, []) ->
    ok;
store(Host, Message, Rows) ->
    El = xmpp:encode(Message),
    Later = later_args(Message),
    Backend = gen_mod:db_mod(Host, mod_mam),
    Store = fun({Owner, Peer, Dir, Id}) ->
                    Args = [El, Host, {Owner, Host}, chat, Peer, <<>>, Dir, Id | Later],
                    apply(Backend, store, Args)
            end,
    store_all(Backend, Host, Store, Rows).

%% The id, in the archive of Owner, of what Sender wrote with this origin-id: the oldest is the first sent.
-spec find(jid(), jid(), jid(), erlang:timestamp(), binary()) -> {found, pos_integer()} | not_found | no_answer.
find(Owner, Peer, Sender, Since, OriginId) ->
    {LUser, LServer, _} = jid:tolower(Peer),
    Query = [{with, jid:make(LUser, LServer)}, {start, Since}],
    IsIt = fun(Message) ->
                   same_account(Message#message.from, Sender)
                       andalso xmpp:get_subtag(Message, #origin_id{}) =:= #origin_id{id = OriginId}
           end,
    find_in_page(jid:remove_resource(Owner), Query, #rsm_set{max = ?PAGE}, IsIt, ?PAGES).

%% As mod_mam's should_archive/2, for what people write to one another.
-spec belongs(message()) -> boolean().
belongs(#message{type = Type, body = Body} = Message) ->
    (Type =:= chat orelse Type =:= normal) andalso xmpp:get_text(Body) =/= <<>>
        andalso not lists:any(fun(Hint) -> xmpp:has_subtag(Message, #hint{type = Hint}) end,
                              ['no-store', 'no-storage', 'no-permanent-store', 'no-permanent-storage']).

-spec origin_id(message()) -> binary().
origin_id(#message{id = Id} = Message) ->
    case xmpp:get_subtag(Message, #origin_id{}) of
        #origin_id{id = OriginId} -> OriginId;
        false -> Id
    end.

%%% Internal functions

%% Other back ends than SQL have no transactions over several rows, and hardly a way to fail between two.
store_all(mod_mam_sql, Host, Store, [_, _ | _] = Rows) ->
    Timeout = ejabberd_option:sql_query_timeout(Host),
    Latest = now_ms() + Timeout - min(?COMMIT, Timeout div 2),
    Both = fun() ->
                   [check(Store(Row)) || Row <- Rows],
                   now_ms() < Latest orelse ejabberd_sql:abort(late)
           end,
    case ejabberd_sql:sql_transaction(Host, Both) of
        {atomic, _} -> ok;
        {aborted, Reason} -> {error, Reason}
    end;
store_all(_Backend, _Host, Store, Rows) ->
    lists:foldl(fun(Row, ok) -> Store(Row); (_Row, Fault) -> Fault end, ok, Rows).

check(ok) -> ok;
check({error, Reason}) -> ejabberd_sql:abort(Reason).

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

now_ms() ->
    erlang:monotonic_time(millisecond).

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
