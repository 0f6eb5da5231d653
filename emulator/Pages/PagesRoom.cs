using Microsoft.AspNetCore.Routing;

namespace Shop.Emulator.Pages;

/// <summary>The page for people under <c>/emulator</c>. Every address answers HTML to a browser and JSON to a script; the buttons are POSTs of the rooms.</summary>
internal static class PagesRoom
{
    public static void MapPages(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPage("/emulator", OverviewPage.Show);
        endpoints.MapPage("/emulator/mailbox", MailboxPage.List);
        endpoints.MapPage("/emulator/mailbox/{**messageId}", MailboxPage.Show);
        endpoints.MapPage("/emulator/payments", PaymentsPage.List);
        endpoints.MapPage("/emulator/payments/{id}", PaymentsPage.Show);
        endpoints.MapPage("/emulator/midtrans", MidtransPage.List);
        endpoints.MapPage("/emulator/midtrans/{orderId}", MidtransPage.Show);
        endpoints.MapPage("/emulator/couriers", CouriersPage.List);
        endpoints.MapPage("/emulator/couriers/{trackingNumber}", CouriersPage.Show);
        endpoints.MapPage("/emulator/analytics", AnalyticsPage.List);
        endpoints.MapPage("/emulator/clock", ClockPage.Show);
        endpoints.MapPage("/emulator/orchestrations", OrchestrationsPage.List);
        endpoints.MapPage("/emulator/orchestrations/{instanceId}", OrchestrationPage.Show);
        endpoints.MapPage("/emulator/functions", FunctionsPage.List);
        endpoints.MapPage("/emulator/functions/{name}", FunctionsPage.Show);
        endpoints.MapQueues();
        endpoints.MapTopics();
    }
}
