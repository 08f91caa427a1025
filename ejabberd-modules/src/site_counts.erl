%%% What the filter of a host has decided, on this node, since it was started, and the sent
%%% messages for which site_sends had no room. Costs some nanoseconds a packet: every stanza
%%% of every user is counted.
-module(site_counts).

-export([start/1, add/2, read/1]).

-type name() :: passed | stranger | read_only | no_answer | subscription | foreign | unremembered.

%% More than there are names: a later build finds the array of this one.
-define(PLACES, 32).
%% In the order of their places in the array.
-define(NAMES, [passed, stranger, read_only, no_answer, subscription, foreign, unremembered]).

%% Counts go on over a restart of the module.
-spec start(binary()) -> ok.
start(Host) ->
    case persistent_term:get({?MODULE, Host}, none) of
        none -> persistent_term:put({?MODULE, Host}, counters:new(?PLACES, [write_concurrency]));
        _ -> ok
    end.

-spec add(binary(), name()) -> ok.
add(Host, Name) ->
    counters:add(persistent_term:get({?MODULE, Host}), place(Name), 1).

-spec read(binary()) -> [{name(), non_neg_integer()}].
read(Host) ->
    Counters = persistent_term:get({?MODULE, Host}),
    [{Name, counters:get(Counters, place(Name))} || Name <- ?NAMES].

place(passed) -> 1;
place(stranger) -> 2;
place(read_only) -> 3;
place(no_answer) -> 4;
place(subscription) -> 5;
place(foreign) -> 6;
place(unremembered) -> 7.
