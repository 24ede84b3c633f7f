using System.Collections.Immutable;
using Meshlift.Engine.Observing;

namespace Meshlift.CommandLine.Output;

/// <summary>Tells what happens in a fleet for as long as it is watched.</summary>
internal interface IStatusWatch
{
    /// <summary>Tells a new state of a cluster.</summary>
    /// <param name="fleet">All clusters as they are now; a status of null without a problem stands for one that has not answered yet.</param>
    /// <param name="index">The cluster.</param>
    /// <param name="before">Its state before.</param>
    /// <param name="time">When.</param>
    void Tell(ImmutableArray<ObservedCluster> fleet, int index, ObservedCluster before, DateTimeOffset time);

    /// <summary>Nobody watches any more.</summary>
    void End();
}
