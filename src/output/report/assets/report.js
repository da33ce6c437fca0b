"use strict";
// Puts a layer that zooms over each chart of a report. Without it the charts are there all the same, drawn as SVG.
(() => {
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const faint = colour => colour + "40";

  // "850 0x16 -3 _": steps from number to number, some of them several times, `_` for nothing; see live.rs.
  const decode = ([parts, steps]) => {
    const numbers = [];
    let sum = 0;
    for (const word of steps ? steps.split(" ") : []) {
      const [step, times] = word.split("x");
      for (let n = times ? +times : 1; n > 0; n--) {
        if (step !== "_") sum += +step;
        numbers.push(step === "_" ? null : sum / parts);
      }
    }
    return numbers;
  };

  const grouped = new Intl.NumberFormat("en", { maximumSignificantDigits: 6 });
  const show = (number, unit) => number == null ? "-" : grouped.format(number) + (unit === "%" ? " %" : "");
  // Dates are those of the server, whatever zone the reader is in: they are kept as if they were UTC.
  const utc = seconds => new Date(seconds * 1000);
  const instant = seconds => utc(seconds).toISOString().slice(0, 16).replace("T", " ");

  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const two = number => String(number).padStart(2, "0");
  const day = when => when.getUTCDate() + " " + months[when.getUTCMonth()];
  // As the axes of the SVG: dates where days begin, times of day between them, months where ticks are further apart.
  const ticks = (chart, seconds, axis, space, step) => seconds.map((at, index) => {
    const when = utc(at), time = two(when.getUTCHours()) + ":" + two(when.getUTCMinutes());
    if (step < 60) return time + ":" + two(when.getUTCSeconds());
    if (step < 86400) return at % 86400 && index ? time : at % 86400 ? time + "\n" + day(when) : day(when);
    if (step < 28 * 86400) return day(when) + (index ? "" : "\n" + when.getUTCFullYear());
    return step < 360 * 86400 ? months[when.getUTCMonth()] + (index && when.getUTCMonth() ? "" : "\n" + when.getUTCFullYear()) : String(when.getUTCFullYear());
  });

  const lines = (data, zero) => {
    const series = [{}], columns = [], bands = [], owner = [null];
    data.series.forEach((one, index) => {
      const colour = css("--c" + one.colour), step = uPlot.paths.stepped({ align: 1 });
      one.y.forEach((y, line) => {
        const band = one.look === "band", filled = one.look === "bars";
        columns.push(decode(y));
        owner.push(index);
        series.push({
          label: one.label + (band ? (line ? " (high)" : " (low)") : ""),
          stroke: band ? "transparent" : colour, width: band ? 0 : 2,
          fill: filled ? faint(colour) : undefined, fillTo: zero,
          paths: one.look === "step" || one.look === "bars" ? step : undefined,
          points: { show: one.look === "dots", size: 7, fill: colour },
        });
      });
      if (one.look === "band") bands.push({ series: [series.length - 1, series.length - 2], fill: faint(colour) });
    });
    return { series, columns, bands, owner };
  };

  const start = figure => {
    const data = JSON.parse(figure.querySelector("script").textContent);
    const dates = data.x.start !== undefined, begin = dates ? data.x.start : 0;
    const xs = decode(data.x.at).map(x => begin + x);
    const first = xs[0], last = xs[xs.length - 1];
    if (!(last > first)) return;
    const plot = figure.querySelector(".plot"), tools = document.createElement("div"), live = document.createElement("div");
    const said = document.createElement("output");
    live.className = "live";
    live.tabIndex = 0;
    live.setAttribute("role", "application");
    live.setAttribute("aria-label", figure.querySelector("h3").textContent +
      ": chart. Left and right move from point to point, plus and minus zoom, shift with left and right pans, 0 shows all.");
    live.setAttribute("aria-describedby", figure.id + "-about " + figure.id + "-course");
    tools.className = "tools";
    plot.append(live);

    let chart, shown = data.series.map(() => true);
    const place = at => dates ? instant(at) : show(at) + " " + data.x.label;
    const speak = at => {
      if (at == null) { said.textContent = "zoom by dragging, buttons or keys"; return; }
      const near = data.marks.filter(mark => Math.abs(chart.valToPos(mark.at + begin, "x") - chart.cursor.left) < 5);
      const told = chart.series.slice(1).map((s, i) => s.show ? s.label + " " + show(chart.data[i + 1][at], data.unit) : null);
      said.textContent = place(chart.data[0][at]) + ": " + told.filter(Boolean).concat(near.map(mark => mark.words)).join(", ");
    };
    const range = (low, high) => {
      const least = 2 * (last - first) / xs.length, width = Math.min(last - first, Math.max(high - low, least));
      low = Math.min(Math.max(low, first), last - width);
      chart.setScale("x", { min: low, max: low + width });
    };
    const zoom = factor => {
      const { min, max } = chart.scales.x, at = chart.cursor.idx == null ? (min + max) / 2 : xs[chart.cursor.idx];
      range(at - (at - min) * factor, at + (max - at) * factor);
    };
    const pan = share => { const { min, max } = chart.scales.x, by = share * (max - min); range(min + by, max + by); };
    const all = () => range(first, last);
    const move = by => {
      const { min, max } = chart.scales.x;
      const from = xs.findIndex(x => x >= min), to = xs.findLastIndex(x => x <= max);
      const now = chart.cursor.idx ?? (by > 0 ? from - by : to - by), at = Math.min(Math.max(now + by, from), to);
      chart.setCursor({ left: chart.valToPos(xs[at], "x"), top: 10 });
    };

    const size = () => ({ width: plot.clientWidth, height: Math.max(220, Math.round(plot.clientWidth / 3.2)) });
    const draw = () => {
      const before = chart && { ...chart.scales.x };
      if (chart) chart.destroy();
      const { series, columns, bands, owner } = lines(data, 0);
      series.forEach((s, i) => { if (i) s.show = shown[owner[i]]; });
      const axis = { stroke: css("--soft"), grid: { stroke: css("--rule"), width: 1 }, ticks: { stroke: css("--rule") } };
      const over = u => {
        const { ctx, bbox: box } = u;
        ctx.save();
        ctx.strokeStyle = css("--soft");
        ctx.fillStyle = css("--ink");
        ctx.lineWidth = 1;
        ctx.font = Math.round(12 * devicePixelRatio) + "px system-ui, sans-serif";
        ctx.textAlign = "left";
        ctx.fillText(data.unit, 4 * devicePixelRatio, 12 * devicePixelRatio);
        ctx.textAlign = "center";
        // Marks close to each other share a label, as in the SVG.
        const labels = [];
        ctx.setLineDash([3, 5]);
        data.marks.forEach((mark, index) => {
          const x = Math.round(u.valToPos(begin + mark.at, "x", true)), last = labels[labels.length - 1];
          if (x < box.left || x > box.left + box.width) return;
          ctx.beginPath(); ctx.moveTo(x, box.top); ctx.lineTo(x, box.top + box.height); ctx.stroke();
          if (last && x - last.x < 44 * devicePixelRatio) last.to = index + 1; else labels.push({ x, from: index + 1, to: index + 1 });
        });
        labels.forEach(({ x, from, to }) => ctx.fillText(from === to ? from : from + "-" + to, x, box.top - 4));
        if (data.level != null) {
          const y = Math.round(u.valToPos(data.level, "y", true));
          ctx.strokeStyle = css("--c2");
          ctx.lineWidth = 2;
          ctx.setLineDash([10, 5]);
          ctx.beginPath(); ctx.moveTo(box.left, y); ctx.lineTo(box.left + box.width, y); ctx.stroke();
        }
        ctx.restore();
      };
      chart = new uPlot({
        ...size(),
        series, bands, tzDate: utc, padding: [34, 24, 0, 0], legend: { show: false },
        scales: {
          x: { time: dates },
          y: { range: (u, low, high) => {
            const least = Math.min(0, low ?? 0), most = Math.max(high ?? 0, data.level ?? 0);
            return most > least ? [least, most + 0.05 * (most - least)] : [least, least + 1];
          } },
        },
        axes: [dates ? { ...axis, values: ticks, size: 46 } : { ...axis, values: (u, at) => at.map(t => show(t)) }, {
          ...axis, size: 70, values: (u, ticks) => ticks.map(t => show(t, data.unit)),
          ...(data.whole ? { incrs: [1, 2, 5, 10, 20, 50, ...[1, 2, 5].flatMap(n => [2, 3, 4, 5, 6, 7, 8, 9].map(p => n * 10 ** p))].sort((a, b) => a - b) } : {}),
        }],
        cursor: { drag: { x: true, y: false }, y: false },
        hooks: { draw: [over], setCursor: [u => speak(u.cursor.idx)] },
      }, [xs, ...columns], live);
      if (before) chart.setScale("x", before);
      figure.chart = chart;
    };

    for (const [text, name, act] of [["+", "Zoom in", () => zoom(.5)], ["\u2212", "Zoom out", () => zoom(2)],
      ["\u2190", "Earlier", () => pan(-.5)], ["\u2192", "Later", () => pan(.5)], ["All", "Show all", all]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      button.setAttribute("aria-label", dates || !/ier|ter/.test(name) ? name : name === "Earlier" ? "To the left" : "To the right");
      button.onclick = act;
      tools.append(button);
    }
    tools.append(said);
    plot.after(tools);
    live.addEventListener("keydown", event => {
      const act = {
        ArrowLeft: () => event.shiftKey ? pan(-.25) : move(-1), ArrowRight: () => event.shiftKey ? pan(.25) : move(1),
        Home: () => move(-xs.length), End: () => move(xs.length), "+": () => zoom(.5), "=": () => zoom(.5),
        "-": () => zoom(2), 0: all, Escape: all,
      }[event.key];
      // Read aloud what keys find, and not every place that a mouse passes.
      if (act) { said.setAttribute("aria-live", "polite"); act(); event.preventDefault(); }
    });
    live.addEventListener("mousemove", () => said.setAttribute("aria-live", "off"));
    figure.querySelectorAll(".legend li[data-series]").forEach(item => {
      const button = document.createElement("button"), index = +item.dataset.series;
      button.type = "button";
      button.setAttribute("aria-pressed", "true");
      button.append(...item.childNodes);
      button.onclick = () => {
        shown[index] = !shown[index];
        button.setAttribute("aria-pressed", String(shown[index]));
        draw();
      };
      item.append(button);
    });
    figure.classList.add("zooms");
    draw();
    speak(null);
    return { draw, fit: () => chart.setSize(size()) };
  };

  const charts = [...document.querySelectorAll("figure.chart")].map(start).filter(Boolean);
  let fitting;
  addEventListener("resize", () => {
    cancelAnimationFrame(fitting);
    fitting = requestAnimationFrame(() => charts.forEach(chart => chart.fit()));
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach(chart => chart.draw()));

  // On paper nothing can be unfolded: it all is, and folded again afterwards.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    opened.forEach(fold => { fold.open = true; });
  });
  addEventListener("afterprint", () => { opened.forEach(fold => { fold.open = false; }); opened = []; });
})();
