using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Downloads;
using Shop.Http;
using Shop.Orders;
using Shop.Shipping;

namespace Shop.Checkout;

/// <summary>Parcels of orders, as staff pack them and hand them over.</summary>
public sealed class ShipmentEndpoints(SplitOrder split, MoveShipment move, ShipmentLabels labels, DownloadGrants downloads)
{
    private const string Route = "v1/admin/orders/{orderId}/shipments";

    /// <summary>Puts some of what waits for its courier in a parcel of its own, with its own tracking number.</summary>
    [Function("SplitShipment"), Staff(Role.Orders), ApiKeyScope("orders:write"), Idempotent]
    [Body<NewParcel>, Answer<StaffOrderResource>(202), Refusal(404, "order.unknown"), Refusal(409, "shipment.cash-goes-together"), Refusal(422, "shipment.not-packed-together"), Refusal(503, "order.busy")]
    public Task<IResult> Split([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request, string orderId, [DurableClient] DurableTaskClient durable) =>
        request.ReadBody<NewParcel>()
            .Then(wanted => split.Run(orderId, wanted, request.Headers["Idempotency-Key"].ToString(), request.Principal().Actor, durable, request.HttpContext.RequestAborted))
            .ToHttp(Accepted);

    /// <summary>The parcel's label as a PDF, with its courier's number in bars.</summary>
    [Function("GetShipmentLabel"), Staff(Role.Orders), ApiKeyScope("orders:read"), Answer(200, ContentType = "application/pdf"), Refusal(404, "order.unknown", "shipment.unknown")]
    public Task<IResult> Label([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route + "/{shipmentId}/label")] HttpRequest request, string orderId, string shipmentId) =>
        labels.Run(orderId, shipmentId, request.HttpContext.RequestAborted).ToHttp(pdf => Respond.File(pdf, "application/pdf"));

    /// <summary>Says that what its buyer collects lies there; they are told.</summary>
    [Function("ShipmentReady"), Staff(Role.Orders), ApiKeyScope("orders:write"), Idempotent]
    [Answer<StaffOrderResource>(202), Refusal(404, "order.unknown", "shipment.unknown"), Refusal(409, "shipment.not-pickup", "shipment.not-ready"), Refusal(503, "order.busy")]
    public Task<IResult> Ready([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{shipmentId}/ready")] HttpRequest request, string orderId, string shipmentId, [DurableClient] DurableTaskClient durable) =>
        MovePickup(request, orderId, shipmentId, ShipmentStatus.Ready, durable);

    /// <summary>Says that its buyer collected it.</summary>
    [Function("ShipmentCollected"), Staff(Role.Orders), ApiKeyScope("orders:write"), Idempotent]
    [Answer<StaffOrderResource>(202), Refusal(404, "order.unknown", "shipment.unknown"), Refusal(409, "shipment.not-pickup", "shipment.not-ready"), Refusal(503, "order.busy")]
    public Task<IResult> Collected([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{shipmentId}/collected")] HttpRequest request, string orderId, string shipmentId, [DurableClient] DurableTaskClient durable) =>
        MovePickup(request, orderId, shipmentId, ShipmentStatus.Delivered, durable);

    /// <summary>Says that nobody collected it: its money goes back.</summary>
    [Function("ShipmentNotCollected"), Staff(Role.Orders), ApiKeyScope("orders:write"), Idempotent]
    [Answer<StaffOrderResource>(202), Refusal(404, "order.unknown", "shipment.unknown"), Refusal(409, "shipment.not-pickup", "shipment.not-ready"), Refusal(503, "order.busy")]
    public Task<IResult> NotCollected([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{shipmentId}/not-collected")] HttpRequest request, string orderId, string shipmentId, [DurableClient] DurableTaskClient durable) =>
        MovePickup(request, orderId, shipmentId, ShipmentStatus.Returned, durable);

    /// <summary>Says that a parcel has arrived, where its courier does not.</summary>
    [Function("ShipmentDelivered"), Staff(Role.Orders), ApiKeyScope("orders:write"), Idempotent]
    [Answer<StaffOrderResource>(202), Refusal(404, "order.unknown", "shipment.unknown"), Refusal(409, "shipment.is-pickup", "shipment.over"), Refusal(503, "order.busy")]
    public Task<IResult> Delivered([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{shipmentId}/delivered")] HttpRequest request, string orderId, string shipmentId, [DurableClient] DurableTaskClient durable) =>
        MoveParcel(request, orderId, shipmentId, ShipmentStatus.Delivered, durable);

    /// <summary>Says that a parcel came back, where its courier does not: its money goes back.</summary>
    /// <remarks>What can be sold again of it is received into stock.</remarks>
    [Function("ShipmentReturned"), Staff(Role.Orders), ApiKeyScope("orders:write"), Idempotent]
    [Answer<StaffOrderResource>(202), Refusal(404, "order.unknown", "shipment.unknown"), Refusal(409, "shipment.is-pickup", "shipment.over"), Refusal(503, "order.busy")]
    public Task<IResult> Returned([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{shipmentId}/returned")] HttpRequest request, string orderId, string shipmentId, [DurableClient] DurableTaskClient durable) =>
        MoveParcel(request, orderId, shipmentId, ShipmentStatus.Returned, durable);

    /// <summary>Says that a parcel was lost, or that its courier will not bring it any more: its money goes back.</summary>
    /// <remarks>Its goods are gone: they left the stock when they were sold.</remarks>
    [Function("ShipmentLost"), Staff(Role.Orders), ApiKeyScope("orders:write"), Idempotent]
    [Answer<StaffOrderResource>(202), Refusal(404, "order.unknown", "shipment.unknown"), Refusal(409, "shipment.is-pickup", "shipment.over"), Refusal(503, "order.busy")]
    public Task<IResult> Lost([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{shipmentId}/lost")] HttpRequest request, string orderId, string shipmentId, [DurableClient] DurableTaskClient durable) =>
        MoveParcel(request, orderId, shipmentId, ShipmentStatus.Lost, durable);

    private Task<IResult> MovePickup(HttpRequest request, string orderId, string shipmentId, ShipmentStatus to, DurableTaskClient durable) =>
        move.Pickup(orderId, shipmentId, to, request.Principal().Actor, durable, request.HttpContext.RequestAborted).ToHttp(Accepted);

    private Task<IResult> MoveParcel(HttpRequest request, string orderId, string shipmentId, ShipmentStatus to, DurableTaskClient durable) =>
        move.Parcel(orderId, shipmentId, to, request.Principal().Actor, durable, request.HttpContext.RequestAborted).ToHttp(Accepted);

    private IResult Accepted(Order order) => Respond.Accepted(StaffOrderResource.From(order, downloads.For(order)));
}
