/** Whether anything goes on in a room beside the show: read at once, while the cards come only then. */
import type { RoomState } from "../generated/wire";

export function begins(state: RoomState): boolean {
  const named = Object.keys({ ...state.draws, ...state.battles }).length;
  return named > 0 || state.drop?.id !== undefined || crowdBegins(state);
}

export function crowdBegins({ questions, quizzes, packets, applause, stage }: RoomState): boolean {
  return Boolean(
    questions?.open ||
      questions?.waiting ||
      stage.question ||
      applause?.title ||
      Object.keys({ ...quizzes, ...packets }).length,
  );
}
