import type { Picker } from '../everyday-tasks/draft.js';
import {
  addDays,
  askAbsent,
  day,
  formatDay,
  formatIso,
  formatNumber,
  type DocumentTemplate,
} from './long-document.js';

const places = [
  'Acorn Green',
  'Bellfield Park',
  'Cooper Square',
  'Dovecote Lane',
  'Elderbank',
  'Fountain Yard',
  'Gorse Hill',
  'Hazel Walk',
  'Ivy Crescent',
  'Juniper Court',
  'Kingfisher Pond',
  'Larch Meadow',
  'Millrace Garden',
  'Nettle Corner',
  'Oldfield School',
  'Pebble Beach',
  'Quarry Steps',
  'Rowan Terrace',
  'Saddler Street',
  'Tannery Bridge',
  'Upper Common',
  'Viaduct Gardens',
  'Willow Bend',
  'Yew Tree Close',
];
const inspectors = ['T. Abiola', 'M. Carlsen', 'R. Duarte'];
const equipment = [
  'a nest swing',
  'a double swing',
  'a tube slide',
  'a climbing net',
  'two spring riders',
  'a water pump',
  'a seesaw',
  'a balance beam',
  'a zip line of 25 meters',
  'a carousel',
  'a climbing wall',
];
interface Defect {
  readonly item: string;
  readonly what: string;
  readonly repair: string;
  /** The range of its cost in dollars. */
  readonly costs: readonly [number, number];
  /** How it may be rated. */
  readonly ratings: readonly Priority[];
}

const defects: readonly Defect[] = [
  {
    item: 'a double swing',
    what: 'a chain link of the swing is worn to less than half',
    repair: 'replace both chains',
    costs: [120, 260],
    ratings: ['A'],
  },
  {
    item: 'a climbing net',
    what: 'the impact surface below the net is compacted',
    repair: 'loosen and top up the gravel',
    costs: [180, 420],
    ratings: ['B', 'C'],
  },
  {
    item: 'a tube slide',
    what: 'a footing of the slide stands free',
    repair: 'cover the footing with concrete and soil',
    costs: [240, 520],
    ratings: ['B', 'C'],
  },
  {
    item: 'a climbing wall',
    what: 'two screws of the wall are missing',
    repair: 'replace the screws and secure the others',
    costs: [40, 95],
    ratings: ['A', 'B'],
  },
  {
    item: 'a play tower',
    what: 'the railing of the tower shows rot at the base',
    repair: 'replace the posts',
    costs: [380, 760],
    ratings: ['A', 'B'],
  },
  {
    item: 'a climbing net',
    what: 'a rope of the net has frayed',
    repair: 'replace the rope',
    costs: [150, 330],
    ratings: ['B', 'C'],
  },
  {
    item: 'a carousel',
    what: 'the bearing of the carousel has play',
    repair: 'replace the bearing',
    costs: [410, 690],
    ratings: ['B', 'C'],
  },
  {
    item: 'a fenced sand pit',
    what: 'the gate of the sand pit no longer closes by itself',
    repair: 'adjust or replace the hinge',
    costs: [60, 140],
    ratings: ['B', 'C'],
  },
  {
    item: 'a zip line of 25 meters',
    what: 'the brake of the zip line engages too late',
    repair: 'replace the springs',
    costs: [210, 390],
    ratings: ['A', 'B'],
  },
  {
    item: 'a seesaw',
    what: 'the rubber below one seat of the seesaw has come off',
    repair: 'fit a new buffer',
    costs: [45, 110],
    ratings: ['B', 'C'],
  },
];
type Priority = 'A' | 'B' | 'C';
const periods: Readonly<Record<'A' | 'B', number>> = { A: 7, B: 30 };

interface Site {
  readonly name: string;
  readonly date: Date;
  readonly inspector: string;
  readonly priority: Priority;
  readonly cost: number;
  readonly text: string;
}

/** A report on the yearly inspection of playgrounds, with an addendum that changes one finding. */
export const inspectionReport: DocumentTemplate = (picker, edition) => {
  const town = ['Wexcombe', 'Hollowmere'][edition];
  const year = picker.pick([2023, 2024, 2025]);
  const names = picker.sample(places, edition === 0 ? 14 : 24).sort();
  const sites = names.map((name, index) => drawSite(picker, name, day(year, 3, 4 + 2 * index)));
  const isOf = (priority: Priority) => (site: Site) => site.priority === priority;
  const [asked, changed] = [sites.find(isOf('B')), sites.find(isOf('C'))];
  const urgent = sites.filter(isOf('A'));
  if (asked === undefined || changed === undefined || urgent.length < 2) {
    return inspectionReport(picker, edition);
  }
  const one = picker.pick(sites);
  const inspector = picker.pick(inspectors);
  const own = sites.filter((site) => site.inspector === inspector);
  const total = own.reduce((sum, { cost }) => sum + cost, 0);
  const text = [
    `# Yearly inspection of the playgrounds of ${town}, ${year}`,
    `Report of the office of parks and gardens to the committee on families and youth`,
    `## 1. What was inspected, and how`,
    `Between ${formatDay(sites[0]?.date ?? day(year, 3, 4))} and ${formatDay(sites.at(-1)?.date ?? day(year, 4, 1))}, three qualified inspectors looked at all ${sites.length} public playgrounds of the town. The yearly inspection is the most thorough of three kinds. The weekly look, by the gardeners, finds broken glass and vandalism; the quarterly check, by the workshop, concerns wear. Once a year the stability of the whole is examined as well: foundations, joints, corrosion and rot, and the surfaces that soften a fall. Wood is probed with an awl and, where the sound is dull, drilled. Each site is described below in the same way: what is there, what was found, what has to be done, by when, and what it is likely to cost.`,
    `The inspectors work alone and change their districts every year, so that nobody judges the same site twice in a row. Where they were in doubt they took a photograph and decided together on the following Friday; this was the case at four sites. In this year nobody was hurt on a playground by a defect of the equipment, as far as the town has been told.`,
    `## 2. Priorities and periods`,
    `A defect of **priority A** can lead to a serious injury. The equipment is closed at once, and the repair is to be finished within ${periods.A} days of the day of the inspection. **Priority B** means a defect that will become dangerous if nothing is done; the repair is to be finished within ${periods.B} days of the day of the inspection. **Priority C** stands for defects that shorten the life of the equipment or spoil its looks. They are mended with the next regular service, and no period runs. Periods are counted in calendar days from the day after the inspection, so that a repair after an inspection on March 1 with a period of 7 days is due by March 8.`,
    `All costs are estimates without value added tax. They cover material and the hours of the town's own workshop. Where a firm has to be asked, the offer may differ by up to a fifth; experience of the last years shows that estimates of priority A were kept in nine of ten cases.`,
    `## 3. The sites`,
    ...sites.map(
      ({ name, text: description }, index) => `### 3.${index + 1} ${name}\n\n${description}`,
    ),
    `## 4. What stands out`,
    `The picture is better than a year ago. New gravel, which was spread on most of the sites in the fall, has kept its depth. Chains and bearings are now the weak points; the office suggests buying both in stock for all sites, which lowers the price and saves waiting. Wooden posts that stand directly in the soil are nearing the end of their life in many places, and should be replaced by posts in steel shoes whenever one has to be changed anyway.`,
    `Parents who were on the sites during the inspection were asked what they miss. Shade was named most often, then toilets, then benches with backs. None of this is a defect; the answers have been passed on to the planners. Dogs were an issue at the sites without a fence. The office asks the committee to take note of this report, and to release the funds for priorities A and B.`,
    `## 5. Addendum`,
    `After this report was finished, the finding at ${changed.name} was looked at again, because the gardeners had reported that it had grown worse. The joint decision of the inspectors: the defect described above is now of priority B instead of C. The period runs from the day of the original inspection. The estimate of its cost does not change. All other findings stand as they were.`,
  ].join('\n\n');
  return {
    text,
    questions: [
      {
        kind: 'lookup',
        question: `What is the repair at ${one.name} in ${town} likely to cost? Answer with the amount in dollars only.`,
        reference: one.cost,
        grader: { name: 'numeric' },
        wrong: String(sites.find(({ cost }) => cost !== one.cost)?.cost),
        level: 'easy',
      },
      {
        kind: 'sum',
        question: `By which day does the repair at ${asked.name} in ${town} have to be finished? Answer as YYYY-MM-DD.`,
        reference: formatIso(addDays(asked.date, periods.B)),
        grader: { name: 'contains', not: [formatIso(addDays(asked.date, periods.A))] },
        wrong: formatIso(addDays(asked.date, periods.A)),
        level: 'medium',
      },
      {
        kind: 'sum',
        question: `At how many playgrounds of ${town} was a defect of priority A found? Answer with the number only.`,
        reference: urgent.length,
        grader: { name: 'numeric' },
        wrong: String(urgent.length + 1),
        level: 'medium',
      },
      {
        kind: 'sum',
        question: `What do the repairs at all sites of ${town} that ${inspector} inspected cost together, by the estimates of the report? Answer with the amount in dollars only.`,
        reference: total,
        grader: { name: 'numeric' },
        wrong: String(total - (own[0]?.cost ?? 0)),
        level: 'hard',
      },
      {
        kind: 'override',
        question: `Is there a day by which the repair at ${changed.name} in ${town} has to be finished? If so, answer with the day as YYYY-MM-DD; if there is no period, answer "none".`,
        reference: formatIso(addDays(changed.date, periods.B)),
        grader: { name: 'contains', not: ['none'] },
        wrong: 'none',
        level: 'hard',
      },
      askAbsent(
        `What did the whole inspection of the playgrounds of ${town} cost, in dollars? Answer with the amount only.`,
        formatNumber(sites.reduce((sum, { cost }) => sum + cost, 0)),
      ),
    ],
  };
};

function drawSite(picker: Picker, name: string, date: Date): Site {
  const inspector = picker.pick(inspectors);
  const { item, what, repair, costs, ratings } = picker.pick(defects);
  const priority = picker.pick(ratings);
  const cost = 5 * picker.integer(costs[0] / 5, costs[1] / 5);
  const others = equipment.filter((one) => one !== item);
  const there = picker.sample([item, ...picker.sample(others, 2)], 3);
  const opening = picker.pick([
    `The site was inspected by ${inspector} on ${formatDay(date)}, in dry weather.`,
    `${inspector} inspected the site on ${formatDay(date)}, while it was in use.`,
    `Inspected on ${formatDay(date)} by ${inspector}, together with a trainee.`,
    `On ${formatDay(date)} the site was inspected by ${inspector} after rain, with wet surfaces.`,
  ]);
  const setting = picker.pick([
    `It lies between houses and is used mostly by small children in the mornings.`,
    `It belongs to the way to school of many children, and is busiest in the early afternoon.`,
    `It is fenced on three sides; the fourth is a hedge, which is dense enough.`,
    `The old trees around it give shade until noon, and have been checked by the arborists in the winter.`,
    `It was extended two years ago, so that about half of the equipment is nearly new.`,
    `It was laid out by the residents themselves, and the town took it over in the following year.`,
    `A slope of grass serves as a stand for parents, and in winter as a run for sledges.`,
    `It borders on a kindergarten, which uses it on weekdays and reports damage quickly.`,
    `The nearest houses are far away, and the site is little used except on Sundays.`,
    `A tap for drinking water was added in the spring and works.`,
    `A path for bicycles passes close by, and a low wall now separates the two.`,
  ]);
  const wood = picker.pick([
    `Wood was probed at six points and found sound.`,
    `All parts of steel are galvanized and show no rust.`,
    `Two posts have cracks along the grain, which are usual and harmless.`,
    `The welds of the frames were looked at with a lens; none has a crack.`,
    `One post was drilled because it sounded dull, and proved dry inside.`,
    `Caps on the posts keep the rain out; none is missing.`,
    `Paint is flaking in places without consequence for stability.`,
    `The foundations were dug free at one point and are as in the drawings.`,
  ]);
  const level = {
    A: `This is rated priority A, and the equipment was closed off with barrier tape on the same day.`,
    B: `This is rated priority B; the equipment may be used until the repair.`,
    C: `This is rated priority C.`,
  }[priority];
  const earlier = picker.pick([
    `The defect of last year's report has been mended.`,
    `Last year's report had found nothing here.`,
    `The gravel was measured at three points and is deep enough.`,
    `The hedge had grown into the fall zone and has been cut back since.`,
    `A bin was missing and has been replaced by a larger one.`,
    `The benches, which were criticized last year, have been replaced.`,
    `The sand was changed in the spring, as it is every two years.`,
    `The sign with the rules for use and the telephone number of the office was missing, and has been put up again.`,
  ]);
  const text = [
    `${opening} There is ${there[0]}, ${there[1]} and ${there[2]}. ${setting}`,
    `Finding: ${what}. ${level} What has to be done: ${repair}. The estimate is ${formatNumber(cost)} dollars.`,
    `${wood} ${earlier}`,
  ].join('\n\n');
  return { name, date, inspector, priority, cost, text };
}
