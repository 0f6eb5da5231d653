using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;
using Shop.Orders;
using Shop.Payments;

namespace Shop.Checkout;

/// <summary>Invoices, as their buyers and the staff read them.</summary>
public sealed class InvoiceEndpoints(OrderStore orders, InvoiceOptions seller, PaymentMethods methods, ShopOptions shop)
{
    /// <summary>The invoice of an order as a PDF, in the order's language, for whoever holds its token, and for its customer.</summary>
    [Function("OrderInvoice"), Access(Caller.OrderHolder), Answer(200, ContentType = "application/pdf"), Refusal(404, "order.unknown", "order.not-invoiced")]
    public Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/orders/{orderId}/invoice")] HttpRequest request, string orderId) => Invoice(request, orderId);

    /// <summary>The invoice of an order as a PDF, in the order's language.</summary>
    [Function("GetOrderInvoice"), Staff(Role.Orders, Role.Support), ApiKeyScope("orders:read"), Answer(200, ContentType = "application/pdf"), Refusal(404, "order.unknown", "order.not-invoiced")]
    public Task<IResult> GetForStaff([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/admin/orders/{orderId}/invoice")] HttpRequest request, string orderId) => Invoice(request, orderId);

    private async Task<IResult> Invoice(HttpRequest request, string orderId)
    {
        if (!Ids.IsValid("ord", orderId) || await orders.Find(orderId, request.HttpContext.RequestAborted) is not { Value: { } order }) return OrderProblems.Unknown.ToHttp();
        if (order.InvoiceNumber is null) return OrderProblems.NotInvoiced.ToHttp();
        return Respond.File(InvoiceDocument.Pdf(order, seller, methods.NameOf(order.Payment.Method), shop), "application/pdf");
    }
}
