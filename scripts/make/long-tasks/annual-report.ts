import { areDistinct, drawUntil, sum } from '../image-tasks/image-draft.js';
import type { Picker } from '../everyday-tasks/draft.js';
import { askAbsent, formatNumber, type DocumentTemplate } from './long-document.js';

const branchNames = [
  'Ashgrove',
  'Bridgefoot',
  'Castle Street',
  'Deanery',
  'Eastfield',
  'Fishmarket',
  'Glebe',
  'Hightown',
  'Kilnworth',
  'Lowmoor',
  'Northgate',
  'Parkside',
];

const stories = [
  `The corner with games for the evening is now on the upper floor, where nobody minds if it gets loud. A class from the school next door built the shelves for it.`,
  `Since the bus stop was moved to our door, many who used to pass by come in. The bench that we put up for them has become a meeting place.`,
  `The seed library, in which members borrow seeds in spring and return some of their harvest, is in its third year. Beans come back most faithfully, lettuce hardly ever.`,
  `Our homework club has a waiting list. Four retired teachers help on two afternoons a week, and a baker brings what was not sold.`,
  `Instruments can now be borrowed, too: two ukuleles, a keyboard and a cello, which has not been seen in the building since.`,
  `The reading room was painted in the green that members chose by vote. The vote was close, and the losing yellow has found its place in the staff kitchen.`,
  `For the first time we lent tools, and learned that drills are needed on Saturdays and stepladders in March.`,
  `A conversation table for people who learn the language meets on Thursdays. It began with six and now needs a second table.`,
  `A bequest of four thousand railway timetables was offered to us. We took the two hundred that concern our town, and found another home for the rest.`,
  `The homework tables by the window were so popular that they were reserved with coats. There is now a list, kept by the pupils themselves, and it works better than ours did.`,
  `The cat of the house opposite has become a visitor of the reading group and is mentioned in the guest book seven times. It is not counted as a visit.`,
  `After the school had lost its own library, we took over its shelves and its librarian. Twice a week whole classes walk over, in pairs, and are quieter than the adults.`,
];

const wishes = [
  `What we need most is a second lift.`,
  `For next year we wish for a door that opens by itself.`,
  `We are looking for somebody who reads to children in Turkish or Polish.`,
  `Next year we plan a shelf for local history in the entrance.`,
  `We would like to open on Sundays, if the council agrees.`,
  `The roof over the bicycle stand leaks, and will be mended by the town in the spring.`,
  `A wall of the staff room is damp, and we hope that it stays the only one.`,
  `We would like to lend games to take home, as soon as somebody has found a way of counting the pieces.`,
  `More light in the stacks would help; at present we search with pocket lamps.`,
  `We are preparing an exhibition for the hundredth birthday of our building.`,
  `The chairs in the reading room have been ordered, after a trial in which eleven members sat on five models.`,
];

interface Branch {
  readonly name: string;
  readonly visits: number;
  readonly loans: number;
  readonly events: number;
  readonly staff: number;
  readonly closedWeeks: number;
  readonly text: string;
}

/** The annual report of a library network, with an erratum at its end. */
export const annualReport: DocumentTemplate = (picker, edition) => {
  const town = ['Marlow Bay', 'Thornbury'][edition];
  const year = picker.pick([2022, 2023, 2024]);
  const names = picker.sample(branchNames, edition === 0 ? 11 : 12).sort();
  const branches = drawUntil(
    () => {
      const told = picker.sample(stories, names.length);
      const wished = picker.sample(wishes, names.length);
      return names.map((name, index) =>
        drawBranch(picker, name, `${told[index]}`, `${wished[index]}`),
      );
    },
    (drawn) => {
      const closed = drawn.filter(({ closedWeeks }) => closedWeeks > 0).length;
      return (
        areDistinct(drawn.map(({ loans }) => loans)) &&
        areDistinct(drawn.map(({ events }) => events)) &&
        closed >= 3 &&
        closed <= 6
      );
    },
  );
  const [one, other, third, wrongBranch] = picker.sample(branches, 4) as [
    Branch,
    Branch,
    Branch,
    Branch,
  ];
  const missed = 10 * picker.integer(31, 98);
  const ranked = branches.toSorted((a, b) => b.events - a.events);
  const closed = branches.filter(({ closedWeeks }) => closedWeeks > 0);
  const income = picker.integer(310, 480);
  const bus = drawBus(picker);
  const text = [
    `# Libraries of ${town}: report on the year ${year}`,
    `## A word beforehand`,
    `Libraries are counted by what leaves them: books over the counter, files over the network. This report begins with those who come in. In ${year} we asked every hundredth visitor at the door what the visit was for. A third came to borrow or return something. Almost as many came to sit: to study, to read the paper, to wait for a bus in a warm room. The rest came for people, for a course, a story hour, an appointment with the advice center, or a chat at the desk that no statistics will ever hold.`,
    `That is why the pages on our ${branches.length} branches follow no common ranking. Each branch was asked to describe its own year, and to give five figures: visits, loans, events, posts, and weeks of closure. The figures were taken from the counters at the doors and from the lending system on January 8; loans of electronic media are not assigned to branches and are dealt with further below. A post means a full-time post, whoever shares it.`,
    `## The branches`,
    ...branches.map(({ name, text: description }) => `### ${name}\n\n${description}`),
    `## The book bus`,
    `The bus is not a branch, and its figures are not part of those above. It made ${bus.stops} regular stops, each every second week, and lent ${formatNumber(bus.loans)} items. On ${bus.lost} days it could not go, twice because of ice and otherwise because the lift for wheelchairs was being repaired. Its driver retires next year; the post has been advertised together with that of a second driver, so that holidays no longer mean that the bus stays in its garage. The stop at the hospital, which had been tried for a year, was given up, because visitors there have neither time nor hands free. In its place the bus now stands in front of the swimming pool on Fridays.`,
    `## Electronic media`,
    `Electronic loans rose for the ninth year in a row, but more slowly than before. Half of them are audiobooks. Publishers still let us lend many new titles only after months, and at prices that are several times those of a printed copy. We have therefore joined the consortium of the region, which buys for twenty-two libraries together; waiting times for the titles most in demand fell from nine weeks to five. The reading devices that we lend to people without one were out almost without a break.`,
    `## Staff and training`,
    `Three colleagues retired, two after more than thirty years, and four were hired. Every member of staff took at least two days of training. The subjects that were asked for most were dealing with conflicts at the desk, and easy language. Illness was a little below the year before. Trainees rotate through all branches, and spend one month in the administration; the examination was passed by both who took it.`,
    `## Children and schools`,
    `Every class of the second grade in town came for an introduction, some of them twice. We no longer explain the lending system to seven-year-olds; instead the children search in small groups for a book that nobody has borrowed for five years, and tell the others why it deserves to be read. About a third of these books are lent on the same day. For older pupils there is a course on sources: how to find out who wrote something, when, and with what in mind. Teachers tell us that it is the only hour in the year in which their pupils ask to see footnotes. The summer reading club had more members than ever. Those who read three books got a certificate, those who read ten were invited to a night in the library, which ended at two in the morning with a thunderstorm and has been declared a tradition.`,
    `## Buildings`,
    `The oldest of our buildings is protected as a monument, the youngest leaks. The survey of all roofs, which had been promised for two years, is done; four have to be mended before the next winter, and the town has set money aside. In the smaller branches, shelves on wheels make room for events in the evening. We have learned to measure doors before ordering them. The returns machine that was bought for the busiest branch proved to be louder than announced, and now stands behind a wall of bookcases filled with encyclopedias, which have thus found a use again. Toilets that can be used with a wheelchair are now to be found in all branches but one, where the stairs do not allow it; members who need one are offered the delivery of books to their homes, which has been free of charge for everybody who cannot come since the spring.`,
    `## Complaints and praise`,
    `We collect both in one box. Complaints concerned noise, then the temperature, then other visitors. Hardly any concerned the stock, which we take less as a compliment than as a sign that people do not ask for what they do not expect. Praise was mostly for persons, by name, and has been passed on. One letter, in pencil, thanked us for a warm chair in February. It hangs in the office of the director, next to the plan of the fire exits.`,
    `## Money`,
    `The town paid most of what the libraries cost. Own income was ${formatNumber(income)} thousand dollars, of which about two thirds were fees for membership and the rest came from rooms that are let in the evenings, and from the sale of used books. Fines for late return were abolished in the middle of the year. The fear that nobody would bring anything back did not come true: the share of items that were returned late hardly changed, while more than four hundred people came back who had stayed away because of old debts. The friends' association again paid for the summer reading club. The cost of energy fell for the first time in three years, thanks to the mild winter and to new lamps in the larger branches.`,
    `## Outlook`,
    `Next year all branches will get the system by which members open the door themselves in the early morning and late evening, which has been tried in one branch so far. The opening hours with staff stay as they are. We will also count differently: the counters at the doors, which mistake a pram for two persons, will be replaced. Figures will then fall without fewer people coming, and we will say so when the time comes.`,
    `## Erratum`,
    `After the pages on the branches had been set, we found that the counter at ${one.name} had been out of order in the first half of November. The ${formatNumber(missed)} visits that were counted by hand in these two weeks are missing from the figure given there, and have to be added. The other figures of this branch, and those of all other branches, are right.`,
  ].join('\n\n');
  return {
    text,
    questions: [
      {
        kind: 'override',
        question: `How many visits did the branch ${one.name} in ${town} really have in ${year}? Answer with the number only.`,
        reference: one.visits + missed,
        grader: { name: 'numeric' },
        wrong: String(one.visits),
        level: 'hard',
      },
      {
        kind: 'sum',
        question: `How many items did the branches ${one.name}, ${other.name} and ${third.name} in ${town} lend together in ${year}? Answer with the number only.`,
        reference: sum([one, other, third].map(({ loans }) => loans)),
        grader: { name: 'numeric' },
        wrong: String(sum([one, other, wrongBranch].map(({ loans }) => loans))),
        level: 'medium',
      },
      {
        kind: 'sum',
        question: `Which branch in ${town} held the most events in ${year}? Answer with its name only.`,
        reference: ranked[0]?.name ?? '',
        grader: { name: 'exact' },
        wrong: ranked[1]?.name ?? '',
        level: 'medium',
      },
      {
        kind: 'sum',
        question: `Which branches in ${town} were closed for at least one week in ${year}? List their names, separated by commas, and nothing else.`,
        reference: closed.map(({ name }) => name),
        grader: { name: 'set_f1' },
        wrong: branches
          .filter(({ closedWeeks }) => closedWeeks === 0)
          .map(({ name }) => name)
          .join(', '),
        level: 'hard',
      },
      {
        kind: 'lookup',
        question: `How many items did the book bus of ${town} lend in ${year}? Answer with the number only.`,
        reference: bus.loans,
        grader: { name: 'numeric' },
        wrong: String(bus.stops),
        level: 'easy',
      },
      askAbsent(
        `How much money did the town of ${town} pay for its libraries in ${year}? Answer with the amount in dollars only.`,
        `${formatNumber(income)},000`,
      ),
    ],
  };
};

function drawBus(picker: Picker): { stops: number; loans: number; lost: number } {
  return {
    stops: picker.integer(18, 34),
    loans: 10 * picker.integer(1200, 2900) + picker.integer(1, 9),
    lost: picker.integer(7, 15),
  };
}

function drawBranch(picker: Picker, name: string, story: string, wish: string): Branch {
  const visits = 10 * picker.integer(1900, 9800) + picker.integer(1, 9);
  const loans = 10 * picker.integer(2100, 9900) + picker.integer(1, 9);
  const events = picker.integer(34, 189);
  const staff = picker.integer(4, 19) / 2;
  const closedWeeks = picker.pick([0, 0, 1, 2, 3]);
  const [visited, lent] = [formatNumber(visits), formatNumber(loans)];
  const counts = picker.pick([
    `We counted ${visited} visits and ${lent} loans.`,
    `The door counted ${visited} visits, and the lending system ${lent} loans.`,
    `${lent} items were lent, and ${visited} visits counted.`,
    `With ${visited} visits, and loans of ${lent} items, we are content.`,
  ]);
  const posts = picker.pick([
    `The work was done with ${staff} posts.`,
    `Our team fills ${staff} posts.`,
    `We have ${staff} posts, one of them vacant until May.`,
  ]);
  const held = picker.pick([
    `There were ${events} events, most of them for children.`,
    `We held ${events} events, among them a series on family trees that was booked out.`,
    `${events} events took place, a third of them run by volunteers.`,
    `Of our ${events} events, the repair evenings drew the most people.`,
  ]);
  const weeks = closedWeeks === 1 ? 'one week' : `${['', '', 'two', 'three'][closedWeeks]} weeks`;
  const closure =
    closedWeeks === 0
      ? picker.pick([
          `We did not have to close for a single week.`,
          `Painters came at night, so that we could stay open all year.`,
          `The new carpet was laid over a long weekend, without a week of closure.`,
        ])
      : picker.pick([
          `We were closed for ${weeks} while the heating was replaced.`,
          `Water damage in the cellar made us close for ${weeks}.`,
          `For ${weeks} in August we were closed to move the shelves.`,
        ]);
  const order = picker.sample([counts, held, closure, posts], 4);
  const text = `${order[0]} ${order[1]} ${story}\n\n${order[2]} ${order[3]} ${wish}`;
  return { name, visits, loans, events, staff, closedWeeks, text };
}
