/** Modules that carry something from one member to another past the filter, or add what the site does not know. */
import type { Facts } from '../facts.ts';
import { advice, fault, orOk, type Finding } from '../finding.ts';

/** Each with what is wrong with it. */
const FAULTS: Readonly<Record<string, string>> = {
  mod_muc: 'a room hands on what a stranger says, and invites people in its own name',
  mod_muc_admin: 'it belongs to mod_muc, whose rooms hand on what a stranger says',
  mod_mix: 'a channel hands on what a stranger says',
  mod_mix_pam: 'it puts channels into the roster, which is the site’s',
  mod_pubsub: 'the owner of a node subscribes others unasked, and sends them what they like',
  mod_multicast: 'it sends one stanza on to many, in its own name (XEP-0033)',
  mod_announce: 'it sends to everybody who is online',
  mod_mqtt: 'topics carry messages between any two accounts, past the filter and the archive',
  mod_proxy65: 'it passes files between strangers',
  mod_register: 'accounts are the site’s: here somebody could make one, or change a password',
  mod_register_web: 'accounts are the site’s: here somebody could make one, or change a password',
  mod_shared_roster: 'it adds people to rosters who are not friends on the site',
  mod_shared_roster_ldap: 'it adds people to rosters who are not friends on the site',
  mod_delegation: 'it lets another component answer in the server’s place, rosters too',
  mod_privilege: 'it lets another component read and change rosters, and send in anybody’s name',
  mod_service_log: 'it sends a copy of every message to another address',
  mod_matrix_gw: 'it connects members with the servers of Matrix, where nobody is a member of the site',
  mod_auth_fast: 'its tokens let people in without asking the site, also after a new password or a ban',
};

const ADVICE: Readonly<Record<string, string>> = {
  mod_http_upload: 'what is uploaded is read by whoever has the address, friend or not',
  mod_vcard: 'names and pictures are the site’s: here members could set others',
  mod_vcard_xupdate: 'names and pictures are the site’s',
  mod_avatar: 'names and pictures are the site’s',
  mod_configure:
    'staff accounts get commands that change the server: only the site’s own staff may be listed',
  mod_private: 'members may store what they like here, and it wants mod_pubsub',
  mod_push: 'it tells a push service of others who wrote, outside the site',
  mod_sip: 'calls between accounts pass the filter by',
};

export function bypasses({ ejabberd }: Facts): readonly Finding[] {
  const loaded = [...ejabberd.modules.keys()];
  const findings = loaded.flatMap((name) => {
    const [bad, doubtful] = [FAULTS[name], ADVICE[name]];
    if (bad !== undefined) return [fault(`modules: ${name}`, bad, `take ${name} out`)];
    return doubtful === undefined ? [] : [advice(`modules: ${name}`, doubtful, `take ${name} out`)];
  });
  return orOk(findings, 'modules', 'none carries stanzas past the filter');
}
