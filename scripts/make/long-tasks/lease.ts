import {
  askAbsent,
  day,
  formatDay,
  formatNumber,
  numberSections,
  type DocumentTemplate,
  type Section,
} from './long-document.js';

/** A lease of business premises, with two amendments that change it. */
export const lease: DocumentTemplate = (picker, edition) => {
  const landlord = picker.pick([
    'Alder Estates Ltd.',
    'Castlegate Holdings',
    'Dunlin Property Trust',
  ]);
  const tenant = picker.pick(['Brook & Hale Ltd.', 'Okonjo Partners', 'Larkin and Daughters']);
  const street = ['Foundry Row', 'Canal Street'][edition];
  const house = picker.integer(3, 88);
  const area = 10 * picker.integer(14, 42);
  const rent = 50 * picker.integer(52, 96);
  const raise = 50 * picker.integer(3, 8);
  const charge = picker.integer(3, 6);
  const spaces = picker.integer(4, 9);
  const spacePrice = 5 * picker.integer(9, 17);
  const givenBack = picker.integer(1, 3);
  const [notice, newNotice] = picker.sample([4, 5, 6, 8, 9, 12], 2) as [number, number];
  const repairCap = 50 * picker.integer(6, 10);
  const repairYear = repairCap * picker.integer(4, 6);
  const keys = picker.integer(5, 14);
  const start = day(2021, picker.pick([2, 4, 7, 10]), 1);
  const first = day(2023, picker.pick([3, 6, 9]), 1);
  const second = day(2024, picker.pick([1, 5, 8]), 1);
  const use = picker.pick([
    'a showroom for bathroom fittings with an office',
    'a workshop for stringed instruments with a salesroom',
    'a bakery school with a small shop',
    'a physiotherapy practice with a training room',
  ]);
  const years = picker.pick([8, 10, 12]);
  const deposit = picker.pick([2, 3]);
  const coverage = picker.pick([2, 3, 5]);
  const threshold = picker.pick([4, 5, 8]);

  const fixed: readonly Section[] = [
    {
      key: 'premises',
      title: 'Premises',
      clauses: () => [
        `The Landlord lets to the Tenant the ground floor and the basement of the building at ${house} ${street} (the "Premises"), as outlined in red on the plan in Annex A. The area of the Premises has been measured by both parties together and is agreed to be ${area} square meters; a later measurement with another result changes neither the rent nor any other payment.`,
        `The Premises include ${spaces} parking spaces in the yard, which are marked with the Tenant's name. The yard itself, the drive and the bin store are used in common with the other occupiers of the building.`,
        `The Tenant has inspected the Premises and takes them as they stand. The protocol of the handover (Annex B) lists the defects that the Landlord will repair within eight weeks of the Commencement Date; what is not listed there counts as accepted, unless it could not be seen in a careful inspection.`,
        `On handover the Tenant receives ${keys} keys to the main door and two to the basement. Further keys may be cut only with the Landlord's consent in text form, at the Tenant's cost, and are handed over with the others when the lease ends.`,
      ],
    },
    {
      key: 'term',
      title: 'Term and notice',
      clauses: (numberOf) => [
        `The lease begins on ${formatDay(start)} (the "Commencement Date") and runs for a fixed term of ${years} years.`,
        `After the fixed term the lease continues for an indefinite time, and either party may then end it by notice of ${notice} months to the end of a calendar quarter.`,
        `Notice must be given in writing. A letter sent by electronic mail does not satisfy this requirement; a signed original that is handed over against a receipt does.`,
        `The right of either party to end the lease for an important reason without notice is not affected. An important reason for the Landlord is, in particular, a delay in payment as described in section ${numberOf('payment')}.`,
      ],
    },
    {
      key: 'rent',
      title: 'Rent and other payments',
      clauses: () => [
        `The base rent is ${formatNumber(rent)} dollars a month.`,
        `In addition to the base rent the Tenant pays a service charge of ${charge} dollars a month for each square meter of the agreed area. It is a flat charge: neither party may claim the difference from the actual cost.`,
        `For each parking space the Tenant pays ${spacePrice} dollars a month.`,
        `The service charge covers water, the cleaning and lighting of the common parts, the clearing of snow, the care of the yard, and the insurance of the building. Electricity and heating are not covered; the Tenant makes contracts for these in its own name and pays for them directly.`,
        `All amounts are net. Where value added tax is due by law, it is added at the rate in force.`,
      ],
    },
    {
      key: 'payment',
      title: 'Payment and delay',
      clauses: () => [
        `All payments under this lease are due in advance, on the third working day of each month, to the account that the Landlord names. What counts is the day on which the amount is credited.`,
        `If the Tenant is in delay, interest is owed at a rate of ${picker.integer(5, 9)} percentage points above the base rate of the central bank. The Landlord may ask for 15 dollars for each reminder after the first.`,
        `The Landlord may end the lease without notice if the Tenant is in delay with more than two monthly payments in full, and does not pay within fourteen days of a written demand that names this consequence.`,
        `The Tenant may set off only claims that are undisputed or that a court has confirmed with final effect. The right to reduce the rent because of a defect remains, but must be announced one month before it is used.`,
      ],
    },
    {
      key: 'index',
      title: 'Adjustment of the rent',
      clauses: (numberOf) => [
        `If the consumer price index published by the national statistics office has changed by at least ${threshold} percent since the Commencement Date or since the last adjustment, either party may ask for the base rent in clause ${numberOf('rent')}.1 to be adjusted by the same percentage.`,
        `The adjustment takes effect from the second month after the month in which the request arrives. It never takes effect for past months. The service charge and the price of parking spaces are not adjusted under this section.`,
        `No adjustment may be asked for in the first twenty-four months of the lease.`,
      ],
    },
    {
      key: 'deposit',
      title: 'Deposit',
      clauses: (numberOf) => [
        `As security the Tenant pays a deposit of ${deposit} times the base rent stated in clause ${numberOf('rent')}.1 as at the date of this lease, or provides a guarantee of a bank for the same amount. A later change of the rent does not change the deposit.`,
        `The deposit is kept apart from the Landlord's own money. Interest belongs to the Tenant and increases the security.`,
        `The Landlord accounts for the deposit within six months of the return of the Premises, and may keep back what is needed for claims that are not yet certain in amount.`,
      ],
    },
    {
      key: 'use',
      title: 'Use',
      clauses: () => [
        `The Premises are let as ${use}. Any other use needs the consent of the Landlord in writing, which may be refused only for an objective reason.`,
        `The Tenant obtains the permits that its business needs, and bears the cost of conditions that the authorities attach to them, unless they concern the structure of the building.`,
        `The Tenant is not obliged to keep the Premises open for business. It does see to it that they do not look abandoned, in particular that the windows facing ${street} are clean and lit until 9 p.m.`,
        `Goods that are dangerous, that smell strongly, or that weigh more than 400 kilograms per square meter may not be brought into the Premises.`,
      ],
    },
    {
      key: 'repairs',
      title: 'Maintenance and repairs',
      clauses: () => [
        `The Landlord keeps the roof, the outer walls, the windows, the common parts, and the pipes and wires up to the Premises in good repair.`,
        `The Tenant bears the cost of small repairs inside of the Premises to the parts that it handles daily, such as taps, switches, locks, blinds and sanitary fittings. A small repair is one that costs no more than ${repairCap} dollars. A repair that costs more is not a small repair; the Landlord then bears its whole cost.`,
        `The Tenant's share of small repairs is limited to ${formatNumber(repairYear)} dollars in a calendar year. Whatever exceeds this sum is borne by the Landlord.`,
        `The Tenant has the heating of the Premises serviced every year by a specialist firm, and sends the Landlord a copy of the report without being asked. The cost of this service does not count toward the limit for small repairs.`,
        `The Tenant reports damage at once. If it fails to do so and the damage grows, it pays for what would have been avoided.`,
      ],
    },
  ];
  const optional: readonly Section[] = [
    {
      key: 'alterations',
      title: 'Alterations',
      clauses: () => [
        `Alterations that touch the structure, the facade or the technical installations need the Landlord's consent in writing. Shelves, partitions that can be removed, and floor coverings that are not glued need no consent.`,
        `When the lease ends the Tenant removes its alterations and restores the former state, unless the Landlord has waived this in writing. The Landlord may keep fittings against payment of their value at that time, if the Tenant has no legitimate interest in taking them away.`,
        `The Tenant may claim no compensation for alterations that stay, even if they raise the value of the building, unless this was agreed before the work began.`,
      ],
    },
    {
      key: 'sublet',
      title: 'Subletting and transfer',
      clauses: () => [
        `The Tenant may sublet up to one third of the area without consent, if the subtenant's use fits section "Use". Subletting beyond that needs consent in writing.`,
        `If the Tenant sells its business as a whole, the lease may pass to the buyer with the Landlord's consent, which may be refused only where the buyer's means are clearly weaker. The Tenant remains liable for eighteen months after the transfer.`,
        `A change in the ownership of the Tenant is not a transfer, but is to be reported within four weeks.`,
      ],
    },
    {
      key: 'insurance',
      title: 'Insurance and liability',
      clauses: () => [
        `The Landlord insures the building against fire, storm, hail and piped water. The Tenant insures its own goods and fittings, and holds a liability insurance of at least ${coverage} million dollars for each event, of which it shows proof every January.`,
        `The Landlord is liable for defects that were there at the beginning only if it is at fault. This does not apply to injury to life, body or health.`,
        `Each party waives claims against the other to the extent that an insurance pays for the damage, provided that the insurer agrees to such a waiver.`,
      ],
    },
    {
      key: 'signs',
      title: 'Signs and facade',
      clauses: () => [
        `The Tenant may put up a sign above its entrance, no higher than 60 centimeters and no wider than the entrance. Lit signs are switched off between 11 p.m. and 6 a.m.`,
        `Awnings, cameras and air conditioners on the facade need the Landlord's consent as to place and color. The Tenant removes them at the end of the lease and closes the holes in the color of the wall.`,
      ],
    },
    {
      key: 'access',
      title: 'Access of the Landlord',
      clauses: () => [
        `The Landlord, or persons whom it names, may enter the Premises after notice of two working days, between 9 a.m. and 5 p.m., in order to inspect them, to read meters, or to prepare work. In danger, they may enter at any time.`,
        `In the last six months of the lease the Landlord may show the Premises to prospective tenants on two afternoons a week, which the Tenant may choose.`,
      ],
    },
    {
      key: 'competition',
      title: 'Protection against competition',
      clauses: () => [
        `The Landlord will not let other rooms in the building, or in buildings that it owns within 300 meters, to a business whose main offer is the same as the Tenant's.`,
        `This protection ends if the Tenant changes its own main offer, and does not apply to occupiers who were there on the Commencement Date.`,
      ],
    },
    {
      key: 'energy',
      title: 'Energy and environment',
      clauses: () => [
        `The parties want to lower the consumption of the building. Each sends the other its figures for electricity, heat and water once a year; they are used for this purpose only.`,
        `The Landlord may put solar panels on the roof and offer the electricity to the Tenant, who is free to accept. If works to save energy are carried out, the Tenant tolerates them, provided that they are announced three months before and do not make the business impossible.`,
        `Waste is sorted as the town prescribes. Oils, paints and batteries are disposed of by the Tenant itself, which keeps the receipts for three years.`,
      ],
    },
    {
      key: 'fitout',
      title: 'Fitting out',
      clauses: () => [
        `The Tenant may enter the Premises four weeks before the Commencement Date in order to fit them out. For this time only electricity is owed, no rent, but all other duties of this lease apply already.`,
        `Plans for the fitting out are shown to the Landlord before work begins. Silence for ten working days after they have been received counts as consent, except for work on load-bearing parts.`,
        `Firms are chosen by the Tenant. For work on the roof or on the fire alarm, only those firms may be used that hold the guarantee.`,
      ],
    },
    {
      key: 'rules',
      title: 'Common areas and deliveries',
      clauses: () => [
        `Deliveries are made through the yard, on working days between 7 a.m. and 8 p.m. Vehicles of more than 7.5 tons stay on the street. Pallets and containers may stand in the yard for two hours at most.`,
        `The Tenant clears the pavement in front of its entrance of leaves. Snow on all other ways is cleared by the Landlord, whose contractor begins at 6 a.m.`,
        `Noise that can be heard in the flats above is to be avoided between 10 p.m. and 7 a.m. Events for more than fifty guests are announced in the stairwell a week before.`,
      ],
    },
    {
      key: 'sale',
      title: 'Sale of the building',
      clauses: () => [
        `If the building is sold, the buyer takes the place of the Landlord by law. The Landlord passes the deposit on and informs the Tenant of the name and the account of the buyer; until then the Tenant may pay as before.`,
        `The Tenant has no right of first refusal. It is informed of an intended sale as early as other interests allow, and may make an offer like anybody else.`,
        `At the request of the Landlord, the Tenant confirms in text form, no more than once a year, which payments are owed and whether it has claims.`,
      ],
    },
  ];
  const closing: readonly Section[] = [
    {
      key: 'return',
      title: 'Return of the Premises',
      clauses: () => [
        `When the lease ends, the Tenant returns the Premises empty, swept, and with all keys. Rooms that were painted in unusual colors are painted white again.`,
        `A protocol is drawn up on return and signed by both parties. If one of them does not come to the appointment, although it was invited two weeks before, the other may have an independent expert draw it up; the cost is shared equally.`,
        `If the Tenant goes on using the Premises after the end, the lease is not extended, even if the Landlord does not object. For this time the Tenant owes one and a half times the last base rent, for each month begun.`,
      ],
    },
    {
      key: 'general',
      title: 'General provisions',
      clauses: () => [
        `There are no oral side agreements. Changes and additions, including a change of this clause, need the written form and are numbered as amendments. Where an amendment differs from the lease or from an earlier amendment, the later one applies from the date that it names.`,
        `If a provision is invalid, the others remain in force. The parties will replace it by one that comes as close as possible to what they wanted in economic terms.`,
        `Annexes A (plan), B (protocol of the handover) and C (house rules) are part of this lease. Where they contradict it, the lease prevails.`,
      ],
    },
  ];
  const sections = [...fixed, ...picker.sample(optional, 5), ...closing];
  const numberOf = (key: string): number =>
    sections.findIndex((section) => section.key === key) + 1;
  const text = [
    `# Lease of business premises`,
    `between **${landlord}** (the "Landlord") and **${tenant}** (the "Tenant"), concerning ${house} ${street}`,
    `The parties have negotiated the following terms in detail. Headings serve orientation only. "In writing" means a signed document on paper; "in text form" includes electronic mail. Periods are counted from the day after the event that starts them.`,
    numberSections(sections),
    `# Amendment No. 1`,
    `The Landlord has renewed the windows on the street side and the lighting of the yard. In return the parties agree, with effect from ${formatDay(first)}, as follows:\n\n(a) The base rent in clause ${numberOf('rent')}.1 is increased by ${formatNumber(raise)} dollars a month.\n\n(b) The Tenant gives back ${['one', 'two', 'three'][givenBack - 1]} of its parking spaces. The price of each remaining space stays the same.\n\n(c) The first adjustment under section ${numberOf('index')} after this date is calculated from the index of the month in which this amendment takes effect. In all other respects the lease remains unchanged.`,
    `# Amendment No. 2`,
    `In view of the good cooperation, and as the Tenant plans an investment in the Premises, the parties agree, with effect from ${formatDay(second)}:\n\n(a) In clause ${numberOf('term')}.2, the period of notice is replaced by ${newNotice} months, for both parties.\n\n(b) The Tenant may put up a bicycle stand for up to eight bicycles in the yard, at its own cost, at the place marked in the new plan in Annex A.\n\n(c) Amendment No. 1 remains in force.`,
  ].join('\n\n');
  const firstMonth = rent + charge * area + spaces * spacePrice;
  const laterMonth = rent + raise + charge * area + (spaces - givenBack) * spacePrice;
  const isSmall = edition === 0;
  const repair = isSmall
    ? repairCap - 10 * picker.integer(2, 9)
    : repairCap + 10 * picker.integer(2, 9);
  return {
    text,
    questions: [
      {
        kind: 'sum',
        question: `What did the tenant of ${house} ${street} owe in total for the first month of the lease, without value added tax: base rent, service charge and all parking spaces together? Answer with the amount in dollars only.`,
        reference: firstMonth,
        grader: { name: 'numeric' },
        wrong: String(rent),
        level: 'medium',
      },
      {
        kind: 'override',
        question: `What does the tenant of ${house} ${street} owe in total for December 2024, without value added tax, if the rent was never adjusted to the index: base rent, service charge and parking spaces together? Answer with the amount in dollars only.`,
        reference: laterMonth,
        grader: { name: 'numeric' },
        wrong: String(firstMonth),
        level: 'hard',
      },
      {
        kind: 'override',
        question: `The fixed term of the lease of ${house} ${street} is over, and all amendments are in force. How many months is the period of notice? Answer with the number only.`,
        reference: newNotice,
        grader: { name: 'numeric' },
        wrong: String(notice),
        level: 'medium',
      },
      {
        kind: 'sum',
        question: `In the Premises at ${house} ${street}, a tap is repaired for ${repair} dollars; it is the first repair of the year. How much of this does the tenant pay? Answer with the amount in dollars only.`,
        reference: isSmall ? repair : 0,
        grader: { name: 'numeric' },
        wrong: String(isSmall ? 0 : repairCap),
        level: 'hard',
      },
      {
        kind: 'override',
        question: `How high is the deposit for ${house} ${street} after Amendment No. 1 took effect? Answer with the amount in dollars only.`,
        reference: deposit * rent,
        grader: { name: 'numeric' },
        wrong: String(deposit * (rent + raise)),
        level: 'hard',
      },
      askAbsent(
        `On what day in 2024 did the parties sign Amendment No. 2 to the lease of ${house} ${street}? Answer with the date only.`,
        formatDay(second),
      ),
    ],
  };
};
