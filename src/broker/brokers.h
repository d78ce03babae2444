// The brokers to choose from. Each is a hidden class behind hub::Broker, whose header states what
// all of them guarantee.
#pragma once

#include <memory>

#include "hub/broker.h"

namespace parley::broker {

// Numbers publications and keeps nothing: what is not delivered now is gone. A channel that nobody
// is in is forgotten, and begins a new epoch when somebody comes back.
std::unique_ptr<hub::Broker> make_memory_broker();

}  // namespace parley::broker
