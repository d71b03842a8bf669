import {MiddleName} from '../graph/MiddleName';

/** An action's name, shortened in its middle to the room there is; read out whole. */
export function ActionName({name}: {readonly name: string}) {
  return (
    <>
      <span className="visually-hidden">{name}</span>
      <span aria-hidden="true">
        <MiddleName name={name} />
      </span>
    </>
  );
}
