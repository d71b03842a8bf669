import {expect, it} from 'vitest';
import {htmlContents} from '../../../electron/outputs/readOutput';

it('what of a page is not carried out is counted: scripts, what reacts to the reader, and requests by their hosts', () => {
  const page = `<html><head>
      <script>let a = 1</script><SCRIPT src="https://cdn.plot.ly/plotly.js"></SCRIPT>
      <link rel=stylesheet href='//fonts.example/a.css'><link rel="dns-prefetch" href="https://dns.example">
      <style>@import "https://style.example/b.css"; p {background: url(http://pic.example:8080/x.png)}</style>
      </head><body onload="go()"><img src=https://cdn.plot.ly/a.png><img alt="x" srcset="https://set.example/a.png 2x">
      <a href="javascript:go()">go</a><a href="https://link.example">a link fetches nothing</a>
      <img src="data:image/png;base64,AAAA"><img src="figures/here.png"></body></html>`;
  expect(htmlContents(page)).toEqual({
    scripts: 4,
    requests: 7,
    hosts: [
      ...['cdn.plot.ly', 'fonts.example', 'dns.example', 'style.example', 'pic.example:8080'],
      ...['set.example'],
    ],
  });
});

it('what of a page is not carried out is nothing in a page without any, comments and words included', () => {
  const page = '<!-- <script>x</script> --><p>The script on the online shop: https://a.example</p>';
  expect(htmlContents(page)).toEqual({scripts: 0, requests: 0, hosts: []});
});
