%%% The friends of the users who are online on this node: what mod_roster shows, and
%%% what mod_filter_site decides by. Loaded from the component when first asked for,
%%% changed by its pushes, dropped with the user's last session on the node.
%%%
%%% A user's set is *loaded*, *failed* (the component did not answer: no friends until
%%% it does) or not there. A failed set is tried again until it is loaded, and then
%%% announced, so nobody has to log in again. Only the server writes; all others read.
-module(site_friends).

-behaviour(gen_server).

%% API
-export([hold/2, roster/2, find/3, change/3]).
%% gen_server callbacks
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).

-include("ejabberd_sm.hrl").

%% A pull ends after 3.5 s at the most, and may be restarted once.
-define(WAIT, 8000).
%% No new pull for a user so soon after a failed one: a silent component costs each 3 s.
-define(FAILED, 3000).
%% How often failed sets are looked at again, and how many of them at once.
-define(RETRY, 1000).
-define(RETRIES, 200).

-type user() :: site_friend_table:user().
-type friend() :: site_component:friend().

-record(pull, {stale = false :: boolean(), waiting = [] :: list()}).
-record(state, {table :: atom(),
                refs = #{} :: #{reference() => {session | pull, user()}},
                sessions = #{} :: #{user() => pos_integer()},
                pulls = #{} :: #{user() => #pull{}},
                failed = #{} :: #{user() => integer()}}).

%%% API

%% Keeps the user's set for as long as the calling process, a session, lives.
-spec hold(binary(), binary()) -> ok.
hold(User, Host) ->
    gen_server:cast(table(Host), {hold, {User, Host}, self()}).

%% The friends of a user. Loads them when they are not there.
-spec roster(binary(), binary()) -> {ok, [friend()]} | error.
roster(User, Host) ->
    case site_friend_table:state(table(Host), {User, Host}) of
        loaded -> {ok, site_friend_table:friends(table(Host), {User, Host})};
        failed -> error;
        unknown -> load({User, Host})
    end.

%% The peer as a friend of the user. Loads the user's friends when they are not there;
%% `unknown` when they can't be had.
-spec find(binary(), binary(), user()) -> friend() | false | unknown.
find(User, Host, Peer) ->
    US = {User, Host},
    case site_friend_table:find(table(Host), US, Peer) of
        [Friend] ->
            Friend;
        [] ->
            case site_friend_table:state(table(Host), US) of
                loaded -> false;
                failed -> unknown;
                unknown -> listed(Peer, load(US))
            end
    end.

%% Changes a set on this node, when it is loaded here: the friends concerned, before and
%% after. `absent`: nobody saw the old set, and the next pull brings the new one.
-spec change(binary(), binary(), site_friend_table:change()) -> {changed, [friend()], [friend()]} | absent.
change(User, Host, Change) ->
    try gen_server:call(table(Host), {change, {User, Host}, Change}, ?WAIT)
    catch exit:_ -> absent
    end.

%%% gen_server callbacks

init([Host, _Opts]) ->
    Table = site_friend_table:new(table(Host)),
    Sessions = [{US, Pid} || #session{us = {_, S} = US, sid = {_, Pid}}
                                 <- ejabberd_sm:dirty_get_my_sessions_list(), S =:= Host],
    timer:send_interval(?RETRY, retry),
    {ok, lists:foldl(fun hold_session/2, #state{table = Table}, Sessions)}.

handle_call({load, US}, From, #state{table = Table} = State) ->
    case site_friend_table:state(Table, US) of
        loaded -> {reply, {ok, site_friend_table:friends(Table, US)}, State};
        failed -> {reply, error, State};
        unknown -> {noreply, pull(US, [From], State)}
    end;
handle_call({change, US, Change}, _From, #state{table = Table} = State) ->
    case site_friend_table:state(Table, US) of
        loaded -> {reply, site_friend_table:change(Table, US, Change), State};
        _ -> {reply, absent, restart_pull(US, State)}
    end;
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

%% What is under way may have been read before the change: it is asked again.
restart_pull(US, #state{pulls = Pulls} = State) ->
    case Pulls of
        #{US := Pull} -> State#state{pulls = Pulls#{US := Pull#pull{stale = true}}};
        _ -> State
    end.

pulled(US, Reason, #state{pulls = Pulls} = State) ->
    case maps:take(US, Pulls) of
        {#pull{stale = true, waiting = Waiting}, Rest} ->
            pull(US, Waiting, State#state{pulls = Rest});
        {#pull{waiting = Waiting}, Rest} ->
            Answer = answer(Reason),
            Next = keep(US, Answer, State#state{pulls = Rest}),
            lists:foreach(fun(From) -> gen_server:reply(From, Answer) end, Waiting),
            Next
    end.

answer({answer, {ok, Friends}}) -> {ok, Friends};
answer(_Fault) -> error.

%% Kept only for who is online here: what nobody drops would stay for ever.
keep(US, Answer, #state{table = Table, sessions = Sessions, failed = Failed} = State) ->
    case {Answer, is_map_key(US, Sessions)} of
        {{ok, Friends}, true} ->
            site_friend_table:load(Table, US, Friends),
            is_map_key(US, Failed) andalso site_push:recovered(US, Friends),
            State#state{failed = maps:remove(US, Failed)};
        {error, true} ->
            Until = now_ms() + ?FAILED,
            site_friend_table:fail(Table, US),
            State#state{failed = Failed#{US => Until}};
        {_, false} ->
            State
    end.

%%% Internal functions

%% The server and its table have the same name.
table(Host) ->
    gen_mod:get_module_proc(Host, ?MODULE).

load({_, Host} = US) ->
    try gen_server:call(table(Host), {load, US}, ?WAIT)
    catch exit:_ -> error
    end.

listed(Peer, {ok, Friends}) -> lists:keyfind(Peer, 1, Friends);
listed(_Peer, error) -> unknown.

now_ms() ->
    erlang:monotonic_time(millisecond).
