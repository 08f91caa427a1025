%%% The one writer of the friend sets of a host on this node: loads them by pulls, changes
%%% them, and drops them with the user's last session.
%%%
%%% A user's set is *loaded*, *failed* (the component did not answer: no friends until it
%%% does) or not there. A failed set is tried again until it is loaded, and then announced,
%%% so nobody has to log in again.
-module(site_friend_server).

-behaviour(gen_server).

%% gen_server callbacks
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).

-include("ejabberd_sm.hrl").

%% No new pull for a user so soon after a failed one: a silent component costs each 3 s.
-define(FAILED, 3000).
%% How often failed sets are looked at again, and how many of them at once.
-define(RETRY, 1000).
-define(RETRIES, 200).

-type user() :: site_friend_table:user().

%% Who waits for a pull: for the list, or for what it changed.
-type waiting() :: {list | change, gen_server:from()}.

-record(pull, {stale = false :: boolean(), waiting = [] :: [waiting()]}).
-record(state, {table :: atom(),
                refs = #{} :: #{reference() => {session | pull, user()}},
                sessions = #{} :: #{user() => pos_integer()},
                pulls = #{} :: #{user() => #pull{}},
                failed = #{} :: #{user() => integer()}}).

%%% gen_server callbacks

init([Host, _Opts]) ->
    Table = site_friend_table:new(site_friend_table:name(Host)),
    Sessions = [{US, Pid} || #session{us = {_, S} = US, sid = {_, Pid}}
                                 <- ejabberd_sm:dirty_get_my_sessions_list(), S =:= Host],
    timer:send_interval(?RETRY, retry),
    {ok, lists:foldl(fun hold_session/2, #state{table = Table}, Sessions)}.

handle_call({load, US}, From, #state{table = Table} = State) ->
    case site_friend_table:state(Table, US) of
        loaded -> {reply, {ok, site_friend_table:friends(Table, US)}, State};
        failed -> {reply, error, State};
        unknown -> {noreply, pull(US, [{list, From}], State)}
    end;
handle_call({change, US, Change}, From, #state{table = Table} = State) ->
    case site_friend_table:state(Table, US) of
        loaded -> change_loaded(US, Change, From, State);
        _ -> {reply, unloaded(US, Change, State), restart_pull(US, State)}
    end;
handle_call(restart_pulls, _From, #state{pulls = Pulls} = State) ->
    {reply, ok, State#state{pulls = maps:map(fun(_US, Pull) -> Pull#pull{stale = true} end, Pulls)}};
handle_call(pulls, _From, #state{pulls = Pulls} = State) ->
    {reply, map_size(Pulls), State};
handle_call(sizes, _From, #state{sessions = Sessions, failed = Failed, pulls = Pulls} = State) ->
    {reply, #{held => map_size(Sessions), failed => map_size(Failed), loading => map_size(Pulls)}, State};
handle_call(_Request, _From, State) ->
    {reply, {error, unknown_call}, State}.

handle_cast({hold, US, Pid}, State) ->
    {noreply, hold_session({US, Pid}, State)};
handle_cast(_Message, State) ->
    {noreply, State}.

handle_info({'DOWN', Ref, process, _Pid, Reason}, #state{refs = Refs} = State) ->
    case maps:take(Ref, Refs) of
        {{session, US}, Rest} -> {noreply, release(US, State#state{refs = Rest})};
        {{pull, US}, Rest} -> {noreply, pulled(US, Reason, State#state{refs = Rest})};
        error -> {noreply, State}
    end;
handle_info(retry, #state{failed = Failed} = State) when map_size(Failed) > 0 ->
    Now = now_ms(),
    Due = [US || {US, Until} <- maps:to_list(Failed), Until =< Now],
    {noreply, lists:foldl(fun(US, Acc) -> pull(US, [], Acc) end, State,
                          lists:sublist(Due, ?RETRIES))};
handle_info(_Info, State) ->
    {noreply, State}.

terminate(_Reason, _State) ->
    ok.

%%% Sessions

hold_session({US, Pid}, #state{refs = Refs, sessions = Sessions} = State) ->
    Ref = erlang:monitor(process, Pid),
    State#state{refs = Refs#{Ref => {session, US}},
                sessions = maps:update_with(US, fun(N) -> N + 1 end, 1, Sessions)}.

release(US, #state{table = Table, sessions = Sessions, failed = Failed} = State) ->
    case Sessions of
        #{US := N} when N > 1 ->
            State#state{sessions = Sessions#{US := N - 1}};
        _ ->
            site_friend_table:drop(Table, US),
            State#state{sessions = maps:remove(US, Sessions), failed = maps:remove(US, Failed)}
    end.

%%% Changes. A pull that is under way may have been read before: it is asked again.

%% Clients may have a list from before this server was restarted, or the component went away.
unloaded(US, {remove, Peer}, #state{sessions = Sessions}) when is_map_key(US, Sessions) ->
    {changed, US, [{Peer, <<>>, []}], []};
unloaded(_US, _Change, _State) ->
    absent.

change_loaded(US, refresh, From, State) ->
    {noreply, pull(US, [{change, From}], restart_pull(US, State))};
change_loaded(US, Change, From, #state{table = Table} = State) ->
    case site_friend_table:change(Table, US, Change) of
        {Old, New} -> {reply, {changed, US, Old, New}, restart_pull(US, State)};
        missing -> change_loaded(US, refresh, From, State)
    end.

restart_pull(US, #state{pulls = Pulls} = State) ->
    case Pulls of
        #{US := Pull} -> State#state{pulls = Pulls#{US := Pull#pull{stale = true}}};
        _ -> State
    end.

%%% Pulls: one at a time for a user, however many ask

pull({User, Host} = US, Waiting, #state{refs = Refs, pulls = Pulls} = State) ->
    case Pulls of
        #{US := #pull{waiting = Others} = Pull} ->
            State#state{pulls = Pulls#{US := Pull#pull{waiting = Waiting ++ Others}}};
        _ ->
            {_, Ref} = spawn_monitor(fun() -> exit({answer, site_component:friends(User, Host)}) end),
            State#state{refs = Refs#{Ref => {pull, US}},
                        pulls = Pulls#{US => #pull{waiting = Waiting}}}
    end.

pulled(US, Reason, #state{pulls = Pulls} = State) ->
    case maps:take(US, Pulls) of
        {#pull{stale = true, waiting = Waiting}, Rest} ->
            pull(US, Waiting, State#state{pulls = Rest});
        {#pull{waiting = Waiting}, Rest} ->
            Answer = answer(US, Reason),
            {Change, Next} = keep(US, Answer, State#state{pulls = Rest}),
            lists:foreach(fun({list, From}) -> gen_server:reply(From, Answer);
                             ({change, From}) -> gen_server:reply(From, Change)
                          end, Waiting),
            Next
    end.

%% Who has no account any more has no friends, and is to go: they may have signed in just before.
answer({User, Host}, {answer, gone}) ->
    site_changes:end_streams(User, Host, gone),
    {ok, []};
answer(_US, {answer, {ok, Friends}}) ->
    {ok, Friends};
answer(_US, _Fault) ->
    error.

%% Kept only for who is online here: what nobody drops would stay for ever. A set that is
%% loaded stays when there is no answer: who changed it asks again.
keep(US, Answer, #state{table = Table, sessions = Sessions} = State) ->
    case {Answer, site_friend_table:state(Table, US), is_map_key(US, Sessions)} of
        {_, _, false} -> {absent, State};
        {error, loaded, true} -> {error, State};
        {error, _, true} -> {error, fail(US, State)};
        {{ok, Friends}, loaded, true} ->
            {Old, New} = site_friend_table:change(Table, US, {replace, Friends}),
            {{changed, US, Old, New}, State};
        {{ok, Friends}, _, true} -> {absent, loaded(US, Friends, State)}
    end.

loaded(US, Friends, #state{table = Table, failed = Failed} = State) ->
    site_friend_table:load(Table, US, Friends),
    is_map_key(US, Failed) andalso site_changes:recovered(US, Friends),
    State#state{failed = maps:remove(US, Failed)}.

fail(US, #state{table = Table, failed = Failed} = State) ->
    site_friend_table:fail(Table, US),
    State#state{failed = Failed#{US => now_ms() + ?FAILED}}.

%%% Internal functions

now_ms() ->
    erlang:monotonic_time(millisecond).
