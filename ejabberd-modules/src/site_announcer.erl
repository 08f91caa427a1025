%%% Tells clients and friends of changed friendships: roster pushes (RFC 6121, section 2.1.6),
%%% and presence or `unavailable`.
%%%
%%% One process of a node does it, and looks into the set again for each friend: two changes
%%% may come here in another order than they were made, and what is told last must be what is
%%% so. Friends who are so already in the clients' lists are told again then, to no harm.
-module(site_announcer).

-behaviour(gen_server).

%% API
-export([announce/3]).
%% gen_server callbacks
-export([init/1, handle_call/3, handle_cast/2]).

-include_lib("xmpp/include/xmpp.hrl").

%% Of 5,000 friends at once, the pushes take about a second.
-define(WAIT, 8000).

-type user() :: site_friend_table:user().
-type friend() :: site_component:friend().

%%% API

%% Returns when it is told. Old and new are the friends concerned, before and after.
-spec announce(user(), [friend()], [friend()]) -> ok.
announce(_User, [], []) ->
    ok;
announce({_, Host} = User, Old, New) ->
    try gen_server:call(gen_mod:get_module_proc(Host, ?MODULE), {announce, User, Old, New}, ?WAIT)
    catch exit:_ -> ok
    end.

%%% gen_server callbacks

init([Host, _Opts]) ->
    {ok, Host}.

handle_call({announce, User, Old, New}, _From, Host) ->
    Before = by_peer(Old),
    Peers = maps:keys(maps:merge(Before, by_peer(New))),
    tell(User, [changed(Host, User, Peer, Before) || Peer <- Peers]),
    {reply, ok, Host};
handle_call(_Request, _From, Host) ->
    {reply, {error, unknown_call}, Host}.

handle_cast(_Message, Host) ->
    {noreply, Host}.

%%% Internal functions

by_peer(Friends) ->
    maps:from_list([{Peer, Friend} || {Peer, _, _} = Friend <- Friends]).

%% An item as it was, and as it is now.
changed(Host, User, Peer, Before) ->
    Was = case is_map_key(Peer, Before) of
              true -> both;
              false -> none
          end,
    case site_friend_table:find(site_friend_table:name(Host), User, Peer) of
        [{_, Name, Groups}] -> {item(Peer, Was), (item(Peer, both))#roster_item{name = Name, groups = Groups}};
        [] -> {item(Peer, both), item(Peer, remove)}
    end.

item({User, Host}, Subscription) ->
    #roster_item{jid = jid:make(User, Host), subscription = Subscription}.

%% mod_roster's own push has the version of the list (XEP-0237), a hash of all of it: it is
%% enough in the last one.
tell(_User, []) ->
    ok;
tell({User, Host}, [{Old, New}]) ->
    mod_roster:push_item(jid:make(User, Host), Old, New);
tell({User, Host} = US, [{Old, New} | Others]) ->
    [begin
         From = jid:make(User, Host, Resource),
         tell_friend(From, Old, New),
         ejabberd_router:route(push(From, New))
     end || Resource <- ejabberd_sm:get_user_resources(User, Host)],
    tell(US, Others).

push(To, Item) ->
    #iq{type = set, id = <<"push", (p1_rand:get_string())/binary>>, from = jid:remove_resource(To), to = To,
        sub_els = [#roster_query{items = [Item]}]}.

%% As mod_roster does it.
tell_friend(From, #roster_item{subscription = none}, #roster_item{subscription = both, jid = To}) ->
    #jid{luser = User, lserver = Host, lresource = Resource} = From,
    case ejabberd_sm:get_session_pid(User, Host, Resource) of
        none -> ok;
        Pid -> ejabberd_c2s:resend_presence(Pid, To)
    end;
tell_friend(From, #roster_item{subscription = both}, #roster_item{subscription = remove, jid = To}) ->
    Gone = #presence{type = unavailable, from = From, to = To},
    case ejabberd_hooks:run_fold(privacy_check_packet, allow, [From, Gone, out]) of
        allow -> ejabberd_router:route(Gone);
        deny -> ok
    end;
tell_friend(_From, _Old, _New) ->
    ok.
