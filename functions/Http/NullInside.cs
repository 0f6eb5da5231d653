using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;

namespace Shop.Http;

/// <summary>The serialiser knows whether a field may be null but not whether what is inside it may: <c>List&lt;string?&gt;</c>, <c>Optional&lt;string?&gt;</c>.</summary>
internal static class NullInside
{
    private static readonly ConcurrentDictionary<PropertyInfo, bool> Known = [];

    public static bool MayBeNull(JsonPropertyInfo property) => property.AttributeProvider is PropertyInfo { PropertyType.IsGenericType: true } declared
        && Known.GetOrAdd(declared, static p => new NullabilityInfoContext().Create(p).GenericTypeArguments is [.., { ReadState: NullabilityState.Nullable }]);
}
