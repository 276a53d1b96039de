import { areDistinct, drawUntil, sum } from '../image-tasks/image-draft.js';
import {
  addDays,
  askAbsent,
  day,
  formatDay,
  formatNumber,
  type DocumentTemplate,
} from './long-document.js';

const people = ['Aurelio', 'Bettina', 'Cormac', 'Djamila', 'Eskil', 'Fumiko', 'Gareth', 'Hedda'];
const reports = [
  'The treasurer explained the accounts. Membership fees have come in except for a few, who are reminded by telephone rather than by letter. The insurance for the hall is up for renewal; three offers are being obtained. Nobody had questions, and the board thanked the treasurer for the clear tables.',
  'The treasurer reported that the bank raises its fees for accounts of associations. A cooperative bank would be cheaper, but the nearest office is 20 kilometers away. It was agreed to wait, as other associations are negotiating as well.',
  'The accounts are in order. The auditors had two remarks of form: vouchers for cash should be numbered, and travel costs signed by two people. Both will be done from now on. The reserve for the roof is kept apart, as the assembly had asked.',
  'The treasurer presented a forecast to the end of the year. Income from the summer fete was better than planned, that from advertisements worse. On balance the year will close with a small surplus, if nothing breaks.',
  'The treasurer compared what each group costs with what it brings in. The table is meant for orientation only: groups for children will always need support, and that is what the others pay for. It was asked that next time the hours of the hall be shown as well.',
  'A letter of the tax office had caused some worry. It turned out to be about another association of nearly the same name. The treasurer has written a friendly reply and kept a copy.',
  'The accounts were presented on one page, as had been asked. The largest item is heating, then the fees for conductors and teachers. Advance payments for heating have been raised, and will be settled in the fall.',
  'The treasurer has moved the payments of members to a single day of the quarter, which saves fees and nerves. Two members prefer to pay in cash and will go on doing so.',
  'The grant of the district has been approved in the expected amount, on condition that a report on the work with young people is handed in by the end of November. The chair will write a draft.',
  'The treasurer is preparing the budget for next year and asks all groups to name their wishes by the end of the month. Wishes without an amount cannot be considered; a rough figure is enough.',
  'Electricity was settled: the consumption fell by a tenth, since the old freezer in the kitchen has been unplugged. Nobody could say what had been kept in it.',
  'The savings book that turned up in a drawer belongs to the association after all. The bank is looking for the branch, which was closed long ago. The treasurer advises against plans for the money before it is known how much it is.',
  'Fees for teachers were compared with those of the music school. The association pays a little less, but on time. The treasurer suggests an adjustment in small steps, beginning next year.',
  'The new form for travel expenses is in use. It has one page instead of three, and so far everybody has filled in all of it. The old forms are used up as scrap paper.',
  'The treasurer showed how much is spent on printing. Half of it goes into programs that are left on the chairs. For the next concert they will be printed in a smaller number, and be read on the wall.',
];
const building = [
  'The boiler was serviced and will last another winter or two. The plumber advises to save for a heat pump. A member who is an engineer offered to calculate the size that is needed, free of charge.',
  'The neighbors complained about cars in front of their gate on evenings with rehearsals. A sign will be put up, and the conductors are asked to remind everybody. If this does not help, a row of planters is to be tried.',
  'The floor of the small hall has to be sanded. This will be done by volunteers in two weekends; machines are lent by a firm. The hall cannot be used in this time, and the groups have agreed on a plan for the large one.',
  'The lock of the side door sticks. As the number of keys in circulation is not known for certain, the whole set will be exchanged, and keys handed out against a signature. The caretaker keeps the list.',
  'The lighting in the stairwell now goes on by itself and off after two minutes. Some members found the two minutes too short; it will be set to three.',
  'The gutters were cleaned and a birch removed that had begun to grow in one of them. The gardener who lives next door did it with his own ladder, and was given a bottle of cider.',
  'The fire extinguishers were inspected; one has to be replaced. The escape plan on the upper floor still shows a door that was walled up years ago. It will be drawn again.',
  'Mice have been seen in the store below the stage. Costumes are now kept in boxes with lids, and nothing that can be eaten may be left in the building overnight. A trap is checked daily by whoever opens the hall.',
  'The meter readings suggest that a radiator is running in a room that nobody uses. The caretaker will find it. Thermostats that lower the temperature at night are to be tried in two rooms.',
  'An expert looked at the beams above the stage. They are sound; only one support was never screwed on properly, and that has been done. The report was free, as he sings in the choir.',
  'The kitchen has a new tap. The dishwasher makes noises, but washes. A list of what belongs into which cupboard has been put up, after the third search for the large pot.',
  'Tiles have come off in the toilets. A member who lays tiles for a living will mend it on a Saturday, and needs somebody to carry and somebody to cook.',
  'The town plans roadworks in front of the hall in the autumn. Deliveries have to come through the garden in that time. The caretaker will speak to the neighbors about the gate.',
  'Damp was found behind the cupboard in the archive. The files have been carried upstairs and are being dried between blotting paper. Nothing of importance was lost, unless one counts the minutes of 1974.',
  'The stage lights will be replaced one by one whenever a bulb fails. The new ones stay cool, so that the curtain no longer smells of dust in long scenes.',
];
const activities = [
  'The youth group presented its plans for the summer camp: five days by the lake, with sailing and a play that is written on the spot. There are more applications than tents, and a second hand market for tents is to be organized. The board likes the idea that older members come by for a day and teach something.',
  'The choir and the brass band will give a concert together for the first time. Rehearsing in one room has shown who has been playing too loudly for years. Posters are drawn by the painting course, which asked that its name be on them.',
  'The open day drew more people than last year, in spite of the rain. What worked: short lessons every half hour. What did not work: the raffle, for which nobody felt responsible. Next time there will be a person in charge of each station, named on a list at the entrance.',
  'A cooperation with the retirement home was proposed: an afternoon of singing every second month. The home provides coffee, the association the songbooks. Everybody was in favor, and two members volunteered to lead it.',
  'The website is out of date in several places. A small group will go through it, page by page, and throw out what nobody has looked at for a year. Photographs of children are published only with the consent of both parents, and faces are not named.',
  'The dance group asked for mirrors in the small hall. They would be useful to others as well, but the wall would have to be strengthened first. The group will try mirrors on stands, which can be borrowed from the school.',
  'For the anniversary in two years, a book about the association is planned. Photographs and programs are being collected; a box for them stands in the entrance. Whoever remembers the flood is asked to write it down.',
  'The course in first aid was booked out within three days and will be repeated. All who open the hall in the evening should have taken part. The instructor praised the questions and criticized the first aid kit, which has been filled up.',
  'The theater group has chosen its play for the winter. There are eleven parts and nineteen people who want one, so that some will be played by two in turn. The premiere is to be on a weekday, in order to leave the weekend to the families.',
  'The chess evening has moved to Wednesdays and now has twice as many players, as it no longer competes with football on television. Clocks have been lent by the school.',
  'A course in lace-making was asked for by three members and given by a fourth. It will take place if two more come. Bobbins can be bought at cost.',
  'The orchestra will travel to its partner town. Families there put the players up; for the cellos, a trailer is being looked for. Costs are borne by those who travel, with help for those who cannot.',
  "The children's carnival was a success, apart from the confetti, which is still being found. Next year paper streamers will be used. The band of the older pupils played for the first time and wants to do it again.",
  'Two groups wish for the same evening. It was agreed that they change places every half year. Both find it fair, and neither is happy, which the board takes as a good sign.',
  'The photography group shows its pictures in the savings bank for a month. The opening is on a Thursday. There is no fee, and the bank provides the frames.',
];
const matters = [
  'Under any other business, it was asked why the notice board in the entrance still shows the posters of last year. It will be cleared. The coffee machine needs descaling; whoever finds it blinking is asked to press the button and not to look away.',
  'Any other business: the neighbors from the allotment gardens invite the board to their harvest festival. Two members will go and bring a cake. The chair reminded everybody to record volunteer hours, as the grant for next year depends on them.',
  'Nothing was raised under any other business, except for the wish to begin on time.',
  'Under any other business, a member who is moving away was thanked with a book and long applause. She leaves the association her music stands.',
  'Under any other business, it was suggested to plant a tree where the old chestnut stood. The town has to agree, as the pavement belongs to it; a letter will be written.',
  'Any other business: the projector has come back from repair and works, if one does not move it. It was agreed not to move it.',
  'Under any other business, the date of the assembly was discussed. It should not fall on the weekend of the fair again. The chair will suggest three dates by mail.',
  'Under any other business, somebody wondered whether meetings could be held by video in winter. Opinions were divided, and the matter was left for the assembly.',
  'Any other business: a lost glove, a tuning fork and a set of false teeth have been handed in. They can be collected from the caretaker.',
  'Any other business: the key to the display case has been found in the display case. A locksmith will be needed.',
  'Under any other business, thanks were expressed to those who cleared the gutters of the neighbors as well. Cake has been delivered in return.',
  'Under any other business, it was suggested that meetings end at ten at the latest. This was welcomed at a quarter past ten.',
  'Any other business: a school class would like to interview the oldest members about the years after the war. Three have agreed, and one wants to see the questions first.',
  'Under any other business, the wish was expressed for a defibrillator in the entrance. The town supports such purchases; the form is being obtained.',
  'Under any other business, somebody praised the minutes for being short. The next ones will be shorter.',
];

/** A year of minutes of an association, in which a decision is changed later. */
export const minutes: DocumentTemplate = (picker, edition) => {
  const name = ['Lindengrove', 'Saltmarsh'][edition];
  const year = picker.pick([2023, 2024, 2025]);
  const board = picker.sample(people, 6).sort();
  const { absences, counted } = drawUntil(
    () => {
      const drawn = Array.from({ length: 10 }, () => picker.sample(board, picker.integer(0, 2)));
      return { absences: drawn, counted: picker.pick(board) };
    },
    (drawn) => {
      const missed = drawn.absences.filter((absent) => absent.includes(drawn.counted)).length;
      return missed >= 2 && missed <= 3;
    },
  );
  const attended = absences.filter((absent) => !absent.includes(counted)).length;
  const project = ['the ramp at the entrance', 'the new piano'][edition];
  const budget = 100 * picker.integer(32, 74);
  const raise = 100 * picker.integer(4, 15);
  const [keeper, successor] = picker.sample(board, 2) as [string, string];
  const votes = picker.sample([2, 3, 4], 2) as [number, number];
  const donations = drawUntil(
    () => absences.map(() => (picker.integer(0, 2) === 0 ? 0 : 10 * picker.integer(4, 95))),
    (drawn) => {
      const given = drawn.filter((amount) => amount > 0);
      return given.length >= 5 && given.length <= 7 && areDistinct(given);
    },
  );
  const given = donations.filter((amount) => amount > 0);
  const [accounts, house, groups, others] = [reports, building, activities, matters].map((texts) =>
    picker.sample(texts, absences.length),
  ) as [string[], string[], string[], string[]];
  const meetings = absences.map((absent, index) => {
    const date = addDays(day(year, 1, 14), 35 * index);
    const present = board.filter((person) => !absent.includes(person));
    const [chair] = picker.sample(present, 1);
    const donation = donations[index] as number;
    const special: Readonly<Record<number, string>> = {
      1: `**Budget for ${project}.** Two offers were compared. The board approved a budget of ${formatNumber(budget)} dollars, and asked ${keeper} to take charge of the matter and to report.`,
      3: `**Rules for the hall.** It was moved that private parties end at midnight, and not at 1 a.m. The motion received ${votes[0]} votes. A second motion, to raise the rent of the hall by a tenth, received ${votes[1]} votes and will be put to the assembly.`,
      5: `**News of ${project}.** The firm has found that more has to be done than could be seen. The board raised the budget approved in February by ${formatNumber(raise)} dollars, and hopes that this is the end of it.`,
      7: `**Tasks.** As ${keeper} has started a new job, ${successor} takes charge of ${project} from now on. Everything else stays as agreed.`,
    };
    return [
      `## Meeting of ${formatDay(date)}`,
      `Present: ${present.join(', ')}. ${absent.length === 0 ? 'Nobody was missing.' : `Excused: ${absent.toSorted().join(', ')}.`} Chair: ${chair ?? ''}. The minutes of the last meeting were approved.`,
      `**Finances.** ${accounts[index]} ${donation === 0 ? 'No donations have come in since the last meeting.' : `Donations since the last meeting: ${formatNumber(donation)} dollars.`}`,
      ...(special[index] === undefined ? [] : [special[index]]),
      ...picker.sample([`**Building.** ${house[index]}`, `**Activities.** ${groups[index]}`], 2),
      others[index],
    ].join('\n\n');
  });
  const text = [
    `# Minutes of the board of the ${name} association, ${year}`,
    `The board has six members: ${board.join(', ')}. It meets every five weeks at 7:30 p.m. in the small hall. Each member has one vote; a motion is carried by more than half of the members present. Minutes are kept by each member in turn and sent out within a week.`,
    ...meetings,
    `## Annex: how the board works`,
    `The chair goes to those present in turn, so that everybody learns it. The agenda is sent out five days before; what is not on it may be discussed, but not decided. A decision that costs money names an amount and a person who takes charge. If more money is needed, that person comes back to the board; nobody may exceed an amount that has been approved, whatever the reason. A decision holds until a later one changes it, and the later one need not repeat what stays the same.`,
    `Donations are reported at each meeting with the amount that has come in since the meeting before, without the names of those who gave. Donations in kind are thanked for and not counted. Votes are counted and recorded where the board is divided; where nobody objects, the minutes say only that it was agreed. Those who are excused may send their opinion, but it does not count as a vote.`,
  ].join('\n\n');
  return {
    text,
    questions: [
      {
        kind: 'override',
        question: `Up to what amount in dollars may the ${name} association spend on ${project} by the last decision of ${year}? Answer with the amount only.`,
        reference: budget + raise,
        grader: { name: 'numeric' },
        wrong: String(budget),
        level: 'hard',
      },
      {
        kind: 'override',
        question: `Which member of the board of the ${name} association is in charge of ${project} at the end of ${year}? Answer with the name only.`,
        reference: successor,
        grader: { name: 'exact' },
        wrong: keeper,
        level: 'medium',
      },
      {
        kind: 'sum',
        question: `At how many of the ${meetings.length} meetings of the ${name} board in ${year} was ${counted} present? Answer with the number only.`,
        reference: attended,
        grader: { name: 'numeric' },
        wrong: String(meetings.length - attended),
        level: 'hard',
      },
      {
        kind: 'sum',
        question: `What do all donations to the ${name} association that the minutes of ${year} report add up to, in dollars? Answer with the amount only.`,
        reference: sum(given),
        grader: { name: 'numeric' },
        wrong: String(sum(given.slice(1))),
        level: 'hard',
      },
      {
        kind: 'lookup',
        question: `How many votes of the ${name} board did the motion receive that private parties end at midnight? Answer with the number only.`,
        reference: votes[0],
        grader: { name: 'numeric' },
        wrong: String(votes[1]),
        level: 'easy',
      },
      askAbsent(
        `Which firm works on ${project} for the ${name} association? Answer with the name of the firm only.`,
        successor,
      ),
    ],
  };
};
