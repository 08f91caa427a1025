%%% The mark of an invisible session (XEP-0186): in the state of its stream, which goes over to the one that resumes it,
%%% and for others with its entry in ejabberd_sm.
-module(site_invisible).

-export([mark/1, unmark/1, is_marked/1, is_hidden/1]).

-include_lib("xmpp/include/xmpp.hrl").

-type c2s() :: ejabberd_c2s:state().

-spec mark(c2s()) -> c2s().
mark(#{user := User, server := Host, resource := Resource} = State) ->
    _ = ejabberd_sm:set_user_info(User, Host, Resource, invisible, true),
    State#{invisible => true}.

-spec unmark(c2s()) -> c2s().
unmark(#{user := User, server := Host, resource := Resource} = State) ->
    _ = ejabberd_sm:del_user_info(User, Host, Resource, invisible),
    maps:remove(invisible, State).

%% A session by its full address, or by its own state. An account as such has no mark.
-spec is_marked(jid() | c2s()) -> boolean().
is_marked(#jid{lresource = <<>>}) ->
    false;
is_marked(#jid{luser = User, lserver = Host, lresource = Resource}) ->
    case ejabberd_sm:get_user_info(User, Host, Resource) of
        offline -> false;
        Info -> has_mark(Info)
    end;
is_marked(State) ->
    is_map_key(invisible, State).

%% Somebody is there, and friends see nobody.
-spec is_hidden(jid()) -> boolean().
is_hidden(#jid{luser = User, lserver = Host}) ->
    Sessions = [Info || {_, Info} <- ejabberd_sm:get_user_info(User, Host)],
    lists:any(fun has_mark/1, Sessions)
        andalso lists:all(fun(Info) ->
                                  has_mark(Info) orelse not is_integer(proplists:get_value(priority, Info))
                          end, Sessions)
        andalso gen_mod:is_loaded(Host, mod_last).

has_mark(Info) ->
    proplists:get_value(invisible, Info, false).
