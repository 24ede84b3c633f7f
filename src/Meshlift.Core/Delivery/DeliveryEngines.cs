using Meshlift.Core.Configuration;

namespace Meshlift.Core.Delivery;

/// <summary>The engine that a configuration chooses.</summary>
public static class DeliveryEngines
{
    /// <summary>The engine for one cluster.</summary>
    /// <param name="layout">The configuration.</param>
    /// <param name="cluster">The cluster.</param>
    public static IDeliveryEngine For(LayoutSpec layout, ClusterSpec cluster) => layout.Engine switch
    {
        DeliveryEngine.Flux => new FluxDelivery(layout.Source, layout.Namespace, layout.Interval),
        DeliveryEngine.ArgoCd => new ArgoCdDelivery(layout.ArgoCd!, layout.Namespace, cluster.Name),
        DeliveryEngine.Helmfile => new HelmfileDelivery(layout.Namespace, cluster.Context),
        _ => new PlainDelivery(),
    };
}
