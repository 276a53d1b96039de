import { describe, expect, it } from 'vitest';
import { guessPrompt } from '../../../src/measure/setup/find-prompt.js';
import type { JsonObject, JsonValue } from '../../../src/util/json.js';

const request = (text: string): JsonObject => ({
  model: 'gpt-4o',
  messages: [{ role: 'user', content: text }],
});

/** Makes cells of each kind; those of a kind differ by row, unless its name says otherwise. */
const cells: Readonly<Record<string, (row: number) => JsonValue>> = {
  text: (row) => `My parcel ${row} has not arrived, where is it?`,
  longText: (row) =>
    `Dear customer, thank you for message ${row}. We will answer within two days. Kind regards`,
  repeatedText: (row) => `My parcel ${row % 2} has not arrived, can you tell me where it is?`,
  shortText: (row) => `Refund ${row}`,
  japanese: (row) => `返品はできますか？${row}`,
  shortQuestion: (row) => `Wie is hij? ${row}`,
  label: (row) => ['Billing', 'Returns'][row % 2] as string,
  longLabel: (row) => `The department of ${['billing', 'returns'][row % 2] as string}`,
  constant: () => 'The weekly export of all tickets',
  id: (row) => `gen-17593128${row}-iK2ZWeqhFWCEPyYngFb5`,
  url: (row) => `https://example.com/v1/chat/completions/${row}`,
  time: (row) => `2026-10-01 10:00:0${row}.123456`,
  date: (row) => `Thu, Oct 1, 2026, 10:00:0${row} AM GMT`,
  embedding: (row) => `[0.1234, 0.2345, -0.3456, 0.4567, ${row}]`,
  json: (row) => `{"source": "web", "page": ${row}, "locale": "en"}`,
  request: (row) => request(`Where is parcel ${row}?`),
  constantRequest: () => request('Turn on the lamp, please'),
  repeatedRequest: (row) => request(`Where is parcel ${row % 2}?`),
  requestText: (row) => JSON.stringify(request(`Where is parcel ${row}?`)),
  response: (row) => `{"choices": [{"message": {"role": "assistant", "content": "Yes ${row}"}}]}`,
  pythonText: (row) => `[{'role': 'user', 'content': 'Where is parcel ${row}?'}]`,
  empty: () => '{}',
};

/** @param columns names of columns with the kinds of their cells */
function guess(columns: Readonly<Record<string, string>>, taken: readonly string[] = []) {
  const rows = Array.from({ length: 10 }, (_, row) => ({
    line: row + 2,
    members: {
      ok: true as const,
      value: Object.fromEntries(
        Object.entries(columns).map(([name, kind]) => [name, cells[kind]?.(row) ?? null]),
      ),
    },
  }));
  const table = {
    file: 'x.csv',
    kind: 'csv' as const,
    columns: Object.keys(columns),
    rows,
    emptyRows: 0,
    notes: [],
  };
  return guessPrompt(table, new Set(taken));
}

describe('guessPrompt', () => {
  it.each([
    [{ request_path: 'url', request_body: 'request', response_body: 'response' }, 'request_body'],
    [{ request_body: 'requestText', response_body: 'response' }, 'request_body'],
    [{ messages: 'empty', proxy_server_request: 'requestText' }, 'proxy_server_request'],
    [{ run_id: 'id', datasource: 'json', sample: 'request' }, 'sample'],
    [{ conversation: 'pythonText', wording: 'text', subject: 'longText' }, 'conversation'],
    [{ dialogue: 'request', examples: 'request', shots: 'constantRequest' }, 'dialogue'],
    [{ chat: 'request', opening: 'repeatedRequest' }, 'chat'],
  ])('takes a column of messages before all others: %j', (columns, column) => {
    expect(guess(columns)).toEqual({ column, shownBy: 'messages' });
  });

  it.each([
    [{ ticket_text: 'text', gpt4_response: 'longText' }, 'ticket_text'],
    [{ customer_message: 'text', agent_response: 'longText' }, 'customer_message'],
    [{ customerMessage: 'text', notes: 'longText' }, 'customerMessage'],
    [{ 'Frage des Kunden': 'text', 'Antwort des Supports': 'longText' }, 'Frage des Kunden'],
    [{ Kundenanfrage: 'text', Kommentar: 'longText' }, 'Kundenanfrage'],
    [{ 'Pregunta del cliente': 'text', Resumen: 'longText' }, 'Pregunta del cliente'],
    [{ Subject: 'text', Description: 'text', 'Agent reply': 'longText' }, 'Description'],
    [{ Ticket: 'shortText', Notes: 'longText' }, 'Ticket'],
    [{ message_subject: 'text', message_body: 'text' }, 'message_body'],
    [{ system_prompt: 'longText', user_prompt: 'text' }, 'user_prompt'],
    [{ product_description: 'text', review_text: 'longText' }, 'review_text'],
    [{ Description: 'longText', wording: 'text' }, 'Description'],
    [{ Kundenfrage: 'shortQuestion', Sachverhalt: 'longText' }, 'Kundenfrage'],
    [{ utterance: 'text', chat_history: 'pythonText' }, 'utterance'],
    [{ previous_messages: 'request', user_query: 'text' }, 'user_query'],
    [{ thread: 'pythonText', ticket_text: 'text' }, 'ticket_text'],
    [{ turns_before: 'request', customer_utterance: 'text' }, 'customer_utterance'],
    [{ trajectory: 'request', trace: 'pythonText', question_text: 'text' }, 'question_text'],
    [{ chat: 'constantRequest', ticket_text: 'text' }, 'ticket_text'],
    [{ llm_prompt: 'text', kind: 'label' }, 'llm_prompt'],
    [{ 'Prompt for GPT': 'text', Desired: 'label' }, 'Prompt for GPT'],
    [{ 'User question for assistant': 'text' }, 'User question for assistant'],
    [{ 'question to answer': 'text' }, 'question to answer'],
    [{ reference_question: 'text' }, 'reference_question'],
    [{ 'Chatbot question': 'text', 'Chatbot answer': 'longText' }, 'Chatbot question'],
    [{ assistant_question: 'longText', customer_message: 'text' }, 'customer_message'],
    [{ 'Message date': 'shortText', Body: 'text' }, 'Body'],
    [{ 'Request Owner': 'shortText', Description: 'text' }, 'Description'],
    [{ 'Anfrage von': 'shortText', Beschreibung: 'text' }, 'Beschreibung'],
    [{ short_description: 'text', description: 'longText' }, 'description'],
    [{ op_name: 'url', 'inputs.example.question': 'text' }, 'inputs.example.question'],
  ])('takes a column whose name has a word for prompts: %j', (columns, column) => {
    expect(guess(columns)).toEqual({ column, shownBy: 'name' });
  });

  it.each([
    { 'Agent reply': 'longText' },
    { model_output: 'text' },
    { Antworttext: 'text' },
    { 'gpt-4o': 'text' },
    { '[openai:gpt-4o] Classify: {{ticket}}': 'text' },
    { answer_message: 'text' },
    { 'Answer to question': 'text' },
    { 'GPT answer to prompt for review': 'text' },
    { generated_query: 'text' },
    { question_answer: 'text' },
    { ideal_response: 'text', gold_answer: 'longText' },
  ])('takes no column that is named after an answer: %j', (columns) => {
    expect(guess(columns)).toBeUndefined();
  });

  it.each(['id', 'url', 'time', 'date', 'embedding', 'constant', 'label', 'empty'])(
    'takes no column of cells that ask for nothing: %s',
    (kind) => {
      expect(guess({ question_text: kind })).toBeUndefined();
      expect(guess({ x: kind, y: 'text' })).toEqual({ column: 'y', shownBy: 'only' });
    },
  );

  it.each([
    [{ wording: 'text', kind: 'longLabel' }, 'wording'],
    [{ wording: 'text', metadata: 'label', details: 'json' }, 'wording'],
    [{ title: 'longText', abstract: 'text' }, 'abstract'],
    [{ Comment: 'text', owner: 'label' }, 'Comment'],
    [{ headline: 'text', score: 'label' }, 'headline'],
    [{ issue: 'longLabel', narrative: 'text' }, 'narrative'],
    [{ record: 'json' }, 'record'],
    [{ Systemprompt: 'longLabel', Kundentext: 'text' }, 'Kundentext'],
    [{ Notes: 'longLabel' }, 'Notes'],
    [{ 質問: 'japanese', 種類: 'label' }, '質問'],
  ])('takes the only column of texts: %j', (columns, column) => {
    expect(guess(columns)).toEqual({ column, shownBy: 'only' });
  });

  it.each([
    [{ premise: 'longText', hypothesis: 'text' }, 'premise'],
    [{ question1: 'text', question2: 'longText' }, 'question2'],
    [{ Sachverhalt: 'text', Kommentar: 'longText' }, 'Sachverhalt'],
    [{ Subject: 'text', Notes: 'longText' }, 'Subject'],
    [{ Comment: 'text', Feedback: 'longText' }, 'Feedback'],
    [{ product_description: 'longText', review_text: 'text' }, 'product_description'],
    [{ Description: 'text', Resume: 'longText' }, 'Resume'],
    [{ Issue: 'shortText', Details: 'longText', Team: 'label' }, 'Details'],
    [{ Auftragsbeschreibung: 'text', Meldungstext: 'longText' }, 'Meldungstext'],
    [{ Problem: 'shortText', Description: 'longText' }, 'Description'],
    [{ commit_message: 'text', diff: 'longText' }, 'diff'],
    [{ customer_question: 'repeatedText', Candidate: 'longText' }, 'Candidate'],
    [{ assistant_question: 'text', wording: 'longText' }, 'wording'],
    [{ Umfrage: 'text', Freitext: 'longText' }, 'Freitext'],
    [{ 'Nachfrage-Prognose': 'text', Meldung: 'longText' }, 'Meldung'],
    [{ 'Prompt systemowy': 'longText', Pytanie: 'text' }, 'Pytanie'],
    [{ Vraag: 'shortQuestion', Antwoord: 'longText' }, 'Antwoord'],
    [{ 質問: 'japanese', 回答: 'longText' }, '回答'],
    [{ Vraag: 'shortQuestion', Comment: 'longText' }, 'Comment'],
    [{ conversation: 'request', question_text: 'text' }, 'conversation'],
    [{ turns: 'request', wording: 'text' }, 'turns'],
    [{ chat: 'repeatedRequest', id: 'id' }, 'chat'],
    [{ conversation_a: 'request', conversation_b: 'requestText' }, 'conversation_a'],
  ])('says where the length of the texts is all that shows it: %j', (columns, column) => {
    expect(guess(columns)).toEqual({ column, shownBy: 'length' });
  });

  it('takes no column that holds something else', () => {
    const columns = { question_text: 'text', wording: 'text' };
    expect(guess(columns, ['question_text'])).toEqual({ column: 'wording', shownBy: 'only' });
    expect(guess(columns, ['question_text', 'wording'])).toBeUndefined();
  });
});
