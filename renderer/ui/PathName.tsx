import styles from './PathName.module.css';

/** A path that gives up its folders first, so that the file's name stays readable. */
export function PathName({path}: {readonly path: string}) {
  const cut = path.lastIndexOf('/') + 1;
  return (
    <>
      <span className="visually-hidden">{path}</span>
      <span className={styles.path} aria-hidden="true">
        {cut > 0 && <span className={styles.folder}>{path.slice(0, cut)}</span>}
        <span className={styles.file}>{path.slice(cut)}</span>
      </span>
    </>
  );
}
