/** The bundler puts a style sheet into the script as its text. */
declare module '*.css' {
  const text: string;
  export default text;
}
