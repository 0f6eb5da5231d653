using System.Xml;
using Microsoft.AspNetCore.Http;
using Shop.Emulator.Clock;
using static Shop.Emulator.Pages.Elements;

namespace Shop.Emulator.Pages;

/// <summary>The one clock of the emulator and of the shop behind it, which people move forward.</summary>
internal static class ClockPage
{
    private static readonly (string Duration, string Label)[] Jumps = [("PT10S", "+10 s"), ("PT30M", "+30 min"), ("PT24H", "+24 h"), ("P7D", "+7 d")];

    public static Task<Page?> Show(HttpContext context)
    {
        EmulatorClock clock = context.Service<EmulatorClock>();
        (DateTimeOffset now, TimeSpan offset) = (clock.GetUtcNow(), clock.Offset);
        return Task.FromResult<Page?>(new Page("Clock", ClockRoom.Shown(context), () => Markup.Of($"""
            <p class="lead">Deadlines, timers, parcels and schedules follow this clock, in the shop and in the emulator. What falls due on the way happens at once. It never goes back.</p>
            <div class="panel">
            <p class="big"><time datetime="{now:O}">{now:ddd d MMM yyyy, HH:mm:ss}</time> <small>UTC</small></p>
            <p class="soft">{(offset > TimeSpan.Zero ? Markup.Of($"{Length(offset)} ahead of this machine") : Text("The time of this machine"))}</p>
            <div class="buttons">
            {Jumps.Select(jump => Button("/emulator/clock", jump.Label, "large", fields: ("advance", jump.Duration)))}
            <form class="buttons" method="post" action="/emulator/clock"><input name="advance" placeholder="PT2H30M" aria-label="ISO 8601 duration" required><button class="large primary">Advance</button></form>
            </div>
            </div>
            <h2>From a script</h2>
            <pre>curl -d advance={XmlConvert.ToString(TimeSpan.FromMinutes(30))} {context.Request.Scheme}://{context.Request.Host.Value}/emulator/clock</pre>
            """)));
    }
}
