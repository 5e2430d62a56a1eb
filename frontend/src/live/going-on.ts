/** What goes on in a room beside the show, as a pure reading of its state: the most urgent first. */
import type { RoomState } from "../generated/wire";
import { battleCard } from "./battles";
import { applauseCard, packetsCard, questionRows, quizCard } from "./crowd";
import { drawCard, drawPhase } from "./draws";
import { dropCard } from "./drops";

/** The shorter a thing lasts as a rule, the earlier it comes. */
const KINDS = ["packets", "drop", "quiz", "applause", "draw", "battle", "questions"] as const;

export type Kind = (typeof KINDS)[number];

export interface Going {
  readonly kind: Kind;
  /** Another one, or another stage of it, has another mark: something to look at again. */
  readonly mark: string;
  /** Until it closes; 0 where it has, or where nothing counts down. */
  readonly restMs: number;
}

type Found = Omit<Going, "kind"> | null;

/** What one can still do something about comes before what is over. */
export function goingOn(state: RoomState | null, nowMs: number): Going[] {
  const readings: Record<Kind, Found> = {
    packets: packets(state, nowMs),
    drop: drop(state, nowMs),
    quiz: quiz(state, nowMs),
    applause: applause(state, nowMs),
    draw: draw(state, nowMs),
    battle: battle(state, nowMs),
    questions: questions(state),
  };
  const found = KINDS.flatMap((kind) => {
    const reading = readings[kind];
    return reading ? [{ kind, mark: reading.mark, restMs: Math.max(0, reading.restMs) }] : [];
  });
  return [...found.filter((one) => one.restMs > 0), ...found.filter((one) => one.restMs === 0)];
}

function packets(state: RoomState | null, nowMs: number): Found {
  const card = packetsCard(state, nowMs);
  if (!card) return null;
  const untilMs = card.phase === "over" ? nowMs : card.closes_at;
  const mark = card.phase === "soon" ? `${card.id} soon` : card.id;
  return { mark, restMs: untilMs - nowMs };
}

function drop(state: RoomState | null, nowMs: number): Found {
  const card = dropCard(state, nowMs);
  return card && { mark: card.id, restMs: card.standing === "open" ? card.restMs : 0 };
}

function quiz(state: RoomState | null, nowMs: number): Found {
  const card = quizCard(state, nowMs);
  return (
    card && { mark: `${card.id} ${card.state}`, restMs: card.isOpen ? card.closes_at - nowMs : 0 }
  );
}

function applause(state: RoomState | null, nowMs: number): Found {
  const card = applauseCard(state, nowMs);
  return card && { mark: card.title, restMs: card.restMs };
}

function draw(state: RoomState | null, nowMs: number): Found {
  const card = drawCard(state);
  if (!card) return null;
  const phase = drawPhase(card, state, nowMs, undefined);
  const restMs = phase.kind === "open" || phase.kind === "soon" ? phase.ms : 0;
  const mark = phase.kind === "result" ? `${card.round_id} result` : card.round_id;
  return { mark, restMs };
}

function battle(state: RoomState | null, nowMs: number): Found {
  const card = battleCard(state);
  if (!card) return null;
  return {
    mark: `${card.id} ${card.state}`,
    restMs: card.state === "open" ? card.closes_at - nowMs : 0,
  };
}

function questions(state: RoomState | null): Found {
  const answered = state?.stage?.question;
  if (!state?.questions?.open && !answered && !questionRows(state).length) return null;
  return { mark: answered?.text ?? "", restMs: 0 };
}
