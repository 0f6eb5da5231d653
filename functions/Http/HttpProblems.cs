using Shop.Common;

namespace Shop.Http;

/// <summary>The refusals that belong to HTTP itself; modules have their own.</summary>
public static class HttpProblems
{
    public static Problem Invalid { get; } = new(400, "request.invalid", "The request has mistakes; errors tells where.");

    public static Problem Unauthenticated { get; } = new(401, "access.unauthenticated", "Sign in and send the access token as a bearer: Authorization: Bearer …");

    public static Problem Forbidden { get; } = new(403, "access.forbidden", "Your roles, or the API key's scopes, do not allow this.");

    public static Problem PathUnknown { get; } = new(404, "request.path-unknown", "There is nothing at this address.");

    /// <summary>For an order that does not exist and for one that the caller may not see: nobody can tell which.</summary>
    public static Problem OrderUnknown { get; } = new(404, "order.unknown", "There is no such order, or its token is missing or wrong.");

    public static Problem MethodNotAllowed { get; } = new(405, "request.method-not-allowed", "This address does not take that method; Allow lists those it takes.");

    public static Problem PreconditionFailed { get; } = new(412, "request.precondition-failed", "It was changed since you read it. Read it again and repeat with its new ETag.");

    public static Problem PreconditionRequired { get; } = new(428, "request.precondition-required", "Send If-Match with the ETag of what you read, so that nobody's change is lost.");

    public static Problem MediaTypeUnsupported { get; } = new(415, "request.media-type-unsupported", "Send the body as application/json in UTF-8.");

    public static Problem Unavailable { get; } = new(503, "service.unavailable", "Storage is out of reach. Nothing is lost; try again shortly.") { RetryAfter = TimeSpan.FromSeconds(5) };

    public static Problem Failed { get; } = new(500, "service.failed", "Something went wrong on our side. Tell us the traceId and we find it.");

    public static Problem TooLarge(long limitBytes) => new(413, "request.too-large", $"The body is larger than {limitBytes} bytes.");
}
