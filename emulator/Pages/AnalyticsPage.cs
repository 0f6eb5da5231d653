using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Shop.Emulator.Analytics;
using static Shop.Emulator.Pages.Elements;

namespace Shop.Emulator.Pages;

/// <summary>What the shop measured, newest first.</summary>
internal static class AnalyticsPage
{
    private const int MostShown = 1000;

    public static async Task<Page?> List(HttpContext context)
    {
        IReadOnlyList<CollectedMeasurement> collected = await context.Service<CollectedMeasurements>().List(context.Limit(100, MostShown), context.RequestAborted);
        return new Page("Analytics", new { data = collected }, () => Markup.Of($"""
            <p class="lead">Sales and refunds of shoppers who agreed to be measured, as Google Analytics would get them.</p>
            {Table(["Event", "Client", "Received", ""], [.. collected.Select(Row)], "Nothing was measured yet. A cart says analytics.consent, and its order is paid.")}
            <h2>Trouble on request</h2>
            <form class="panel order" method="post" action="{AnalyticsRoom.Root}/misbehave">{Field("fail", null, "Fail the next", "0")}<button>Misbehave</button></form>
            """));
    }

    private static Markup Row(CollectedMeasurement collected)
    {
        string names = string.Join(", ", collected.Body.GetProperty("events").EnumerateArray().Select(e => e.TryGetProperty("name", out JsonElement name) ? name.ToString() : "?"));
        return Markup.Of($"""
            <tr><td>{names}</td><td>{collected.Body.GetProperty("client_id").ToString()}</td><td>{When(collected.At)}</td><td class="wide">{Folded("As it came", Code(collected.Body.GetRawText()))}</td></tr>
            """);
    }
}
