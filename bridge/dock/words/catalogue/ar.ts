/** Arabic, written from right to left, with six forms for numbers. Names stand isolated: most are in Latin letters. */
import { countingIn } from '../counting.ts';
import type { Catalogue } from '../words.ts';
import { isolated } from '../names.ts';

export const ar: Catalogue = {
  dir: 'rtl',
  wordsIn: (locale) => {
    const { number, plural } = countingIn<'zero' | 'one' | 'two' | 'few' | 'many'>(locale);
    const unread = (count: number): string =>
      plural(count, {
        zero: 'لا رسائل غير مقروءة',
        one: 'رسالة واحدة غير مقروءة',
        two: 'رسالتان غير مقروءتين',
        few: '# رسائل غير مقروءة',
        many: '# رسالة غير مقروءة',
        other: '# رسالة غير مقروءة',
      });
    return {
      title: 'الدردشة',
      list: {
        show: 'إظهار الأصدقاء',
        hide: 'إخفاء الأصدقاء',
        noFriends: 'سيظهر أصدقاؤك هنا.',
        search: 'البحث عن صديق',
        noneFound: 'لم يتم العثور على أي صديق.',
        others: 'آخرون',
        online: 'متصل',
        offline: 'غير متصل',
        heading: (name, count) => `${isolated(name)} (${number(count)})`,
        friendsOnline: (count) =>
          plural(count, {
            zero: 'لا أصدقاء متصلون',
            one: 'صديق واحد متصل',
            two: 'صديقان متصلان',
            few: '# أصدقاء متصلون',
            many: '# صديقًا متصلًا',
            other: '# صديق متصل',
          }),
      },
      me: {
        menu: 'حالتك والإعدادات',
        shows: { online: 'متصل', away: 'بالخارج', dnd: 'عدم الإزعاج', invisible: 'مخفي' },
        invisibleHint: 'يراك أصدقاؤك غير متصل',
        statusText: 'رسالة الحالة',
        statusPlaceholder: 'بماذا تفكر الآن؟',
        save: 'حفظ',
        sound: 'الصوت',
        notifications: 'إشعارات سطح المكتب',
        notificationsBlocked: 'المتصفح يحظر الإشعارات. يمكنك السماح بها لهذا الموقع من إعدادات المتصفح.',
      },
      chat: {
        conversation: (name) => `محادثة مع ${isolated(name)}`,
        open: (name) => `فتح المحادثة مع ${isolated(name)}`,
        close: (name) => `إغلاق المحادثة مع ${isolated(name)}`,
        minimise: (name) => `تصغير المحادثة مع ${isolated(name)}`,
        back: 'العودة إلى الأصدقاء',
        more: (count) =>
          plural(count, {
            zero: 'لا محادثات أخرى',
            one: 'محادثة أخرى',
            two: 'محادثتان أخريان',
            few: '# محادثات أخرى',
            many: '# محادثة أخرى',
            other: '# محادثة أخرى',
          }),
        writeTo: (name) => `رسالة إلى ${isolated(name)}`,
        send: 'إرسال',
        full: 'عدد الرسائل التي تنتظر الإرسال كبير جدًا.',
        typing: (name) => `${isolated(name)} يكتب الآن…`,
        unread,
        loadingOlder: 'جارٍ تحميل الرسائل الأقدم…',
        olderFailed: 'تعذّر تحميل الرسائل الأقدم.',
        beginning: (name) => `هنا تبدأ محادثتك مع ${isolated(name)}.`,
        newLine: 'رسائل جديدة',
        jump: (count) =>
          plural(count, {
            zero: 'لا رسائل جديدة',
            one: 'رسالة جديدة واحدة',
            two: 'رسالتان جديدتان',
            few: '# رسائل جديدة',
            many: '# رسالة جديدة',
            other: '# رسالة جديدة',
          }),
        toEnd: 'الانتقال إلى أحدث الرسائل',
        noLongerFriends: (name) => `لم تعد أنت و${isolated(name)} صديقين، لذا لا يمكنكما تبادل الرسائل.`,
      },
      message: {
        you: 'أنت',
        sending: 'جارٍ الإرسال…',
        sent: 'تم الإرسال',
        delivered: 'تم التسليم',
        read: 'تمت القراءة',
        notSent: 'لم تُرسَل.',
        failures: {
          'bad-request': 'لا يمكن إرسال هذه الرسالة. يُرجى تعديلها أو إعادة تحميل الصفحة.',
          'bad-token': 'تم تسجيل خروجك. يُرجى تسجيل الدخول ثم إعادة المحاولة.',
          'token-expired': 'تم تسجيل خروجك. يُرجى تسجيل الدخول ثم إعادة المحاولة.',
          'not-friends': 'لم تعودا صديقين، لذا لا يمكن إرسال هذه الرسالة.',
          gone: 'انقطع الاتصال. يُرجى إعادة المحاولة.',
          'too-large': 'هذه الرسالة طويلة جدًا. يُرجى إرسالها على أجزاء.',
          'rate-limited': 'إرسال الرسائل سريع جدًا. يُرجى الانتظار قليلًا ثم إعادة المحاولة.',
          'too-many-tabs': 'الدردشة مفتوحة في علامات تبويب كثيرة. يُرجى إغلاق بعضها ثم إعادة المحاولة.',
          unavailable: 'الدردشة غير متاحة الآن. يُرجى إعادة المحاولة بعد قليل.',
          internal: 'حدث خطأ ما. يُرجى إعادة المحاولة بعد قليل.',
          network: 'لا يوجد اتصال. يُرجى التحقق من اتصالك بالإنترنت ثم إعادة المحاولة.',
          unanswered: 'لا نعلم هل أُرسلت هذه الرسالة. يُفضَّل السؤال قبل إرسالها مرة أخرى.',
          superseded: 'انتقلت الدردشة إلى صفحة أخرى. يُرجى استخدامها هنا ثم إعادة المحاولة.',
        },
        retry: 'إعادة المحاولة',
        remove: 'إزالة',
      },
      emoji: {
        button: 'رموز تعبيرية',
        title: 'اختيار رمز تعبيري',
        search: 'البحث عن رمز تعبيري (بالإنجليزية)',
        noneFound: 'لم يتم العثور على أي رمز تعبيري.',
        found: (count) =>
          plural(count, {
            zero: 'لا رموز تعبيرية',
            one: 'رمز تعبيري واحد',
            two: 'رمزان تعبيريان',
            few: '# رموز تعبيرية',
            many: '# رمزًا تعبيريًا',
            other: '# رمز تعبيري',
          }),
        loading: 'جارٍ تحميل الرموز التعبيرية…',
        failed: 'تعذّر تحميل الرموز التعبيرية.',
        recent: 'المستخدمة مؤخرًا',
        groups: {
          smileys: 'الوجوه والمشاعر',
          people: 'الأشخاص والجسم',
          nature: 'الحيوانات والطبيعة',
          food: 'الطعام والشراب',
          travel: 'السفر والأماكن',
          activities: 'الأنشطة',
          objects: 'الأشياء',
          symbols: 'الرموز',
          flags: 'الأعلام',
        },
      },
      page: {
        notificationTitle: isolated,
        reconnecting: 'جارٍ إعادة الاتصال… الرسائل محفوظة وستُرسَل لاحقًا.',
        takenOver: 'الدردشة قيد الاستخدام في صفحة أخرى.',
        useHere: 'استخدام الدردشة هنا',
      },
      shows: { online: 'متصل', away: 'بالخارج', dnd: 'عدم الإزعاج', offline: 'غير متصل' },
      statuses: {
        idle: 'الدردشة متوقفة',
        connecting: 'جارٍ الاتصال…',
        online: 'متصل',
        reconnecting: 'جارٍ إعادة الاتصال…',
        'signed-out': 'تم تسجيل الخروج',
      },
    };
  },
};
