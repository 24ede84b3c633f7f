using Meshlift.Core.Configuration.Binding;

namespace Meshlift.Core.Configuration;

/// <summary>How a control plane is replaced.</summary>
public enum ControlPlaneStrategy
{
    /// <summary>The new one runs beside the old one until nothing uses that any more.</summary>
    Canary,
    /// <summary>The new one takes the old one's place.</summary>
    InPlace,
}

/// <summary>How the control plane is upgraded.</summary>
/// <param name="Strategy">How it is replaced.</param>
/// <param name="Alias">True for a Service <c>istiod</c> that leads those that know no revision to the one in charge.</param>
public sealed record ControlPlaneSpec(ControlPlaneStrategy Strategy, bool Alias)
{
    internal static Shape<ControlPlaneSpec> Shape { get; } = Shapes.Mapping("control plane", "How the control plane is upgraded.", fields => new ControlPlaneSpec(
        fields.Optional("strategy", Shapes.Choice<ControlPlaneStrategy>("control plane strategy",
            new("canary", ControlPlaneStrategy.Canary, "the new one runs beside the old one"),
            new("inPlace", ControlPlaneStrategy.InPlace, "the new one takes the old one's place")), "canary", "how it is replaced"),
        fields.Optional("alias", Shapes.Boolean, "false", "a Service `istiod` that leads to the revision in charge, for those that know no revision: a ztunnel without one, remote clusters, older tools")));
}

/// <summary>How gateways are upgraded.</summary>
public enum GatewayStrategy
{
    /// <summary>A new set beside the old one; hosts move from one to the other.</summary>
    BlueGreen,
    /// <summary>The same gateway turns to the new control plane and keeps its address.</summary>
    Repoint,
    /// <summary>The gateway is replaced where it is.</summary>
    InPlace,
}

/// <summary>In which portions hosts move between two sets of gateways.</summary>
public enum HostMove
{
    /// <summary>A step for each host.</summary>
    OneByOne,
    /// <summary>One step for all.</summary>
    AllAtOnce,
}

/// <summary>How gateways are upgraded.</summary>
/// <param name="Strategy">How they are replaced.</param>
/// <param name="Hosts">In which portions hosts move; matters to <see cref="GatewayStrategy.BlueGreen"/> only.</param>
public sealed record GatewaysSpec(GatewayStrategy Strategy, HostMove Hosts)
{
    internal static Shape<GatewaysSpec> Shape { get; } = Shapes.Mapping("gateways", "How gateways are upgraded.", fields =>
    {
        var gateways = new GatewaysSpec(
            fields.Optional("strategy", Shapes.Choice<GatewayStrategy>("gateway strategy",
                new("blueGreen", GatewayStrategy.BlueGreen, "a new set beside the old one; hosts move over"),
                new("repoint", GatewayStrategy.Repoint, "the same gateway turns to the new control plane and keeps its address"),
                new("inPlace", GatewayStrategy.InPlace, "the gateway is replaced where it is")), "inPlace", "how they are replaced"),
            fields.Optional("hosts", Shapes.Choice<HostMove>("host move",
                new("one-by-one", HostMove.OneByOne, "a step for each host"),
                new("all-at-once", HostMove.AllAtOnce, "one step for all")), "one-by-one", "strategy `blueGreen` only: in which portions hosts move"));
        fields.Check(refuse =>
        {
            if (gateways.Strategy != GatewayStrategy.BlueGreen && fields.Has("hosts")) refuse("hosts", "'hosts' is used by strategy blueGreen only; remove it");
        });
        return gateways;
    });
}
